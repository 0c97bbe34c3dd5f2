using Chat;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRealtime()
    .AddNamespace(ChatEvents.Namespace, new ChatNamespace().Configure)
    .ConfigureHttp(http => http.Security.RequireTls = false); // a sample on this machine; leave it out where people really chat

var app = builder.Build();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapGet("/events.js", EventModule.Serve);
app.MapRealtime();

await app.StartAsync();
foreach (string address in app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses)
{
    Console.WriteLine($"Chat is ready: open {address} in two browser windows.");
}

await app.WaitForShutdownAsync();

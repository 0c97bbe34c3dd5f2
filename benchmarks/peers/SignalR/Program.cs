using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.Connections;
using SignalRPeer;

var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "3000", CultureInfo.InvariantCulture);
var pingInterval = Environment.GetEnvironmentVariable("PING_INTERVAL");

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
var signalR = builder.Services.AddSignalR(options =>
{
    if (pingInterval is not null)
    {
        options.KeepAliveInterval = TimeSpan.FromMilliseconds(int.Parse(pingInterval, CultureInfo.InvariantCulture));
    }
});

if (Environment.GetEnvironmentVariable("REDIS") is { Length: > 0 } redis)
{
    signalR.AddStackExchangeRedis(redis);
}

var app = builder.Build();
app.MapHub<BenchHub>("/hub", options => options.Transports = HttpTransportType.WebSockets);
await app.StartAsync();
Console.WriteLine($"ready on {port}");
await app.WaitForShutdownAsync();

using FluentValidation;
using Realtime.Client;
using Realtime.Core.Protocol;
using Realtime.FluentValidation;
using Realtime.Sanitizing;

var builder = WebApplication.CreateBuilder(args);
builder.Services
    .AddRealtime()
    .ConfigureHttp(http => http.RequireTls = false)
    .AddNamespace("/", space =>
    {
        space.OnConnected(socket => socket.JoinAsync("lobby"));
        space.On(Events.Say, async (context, text) =>
        {
            await context.Namespace.To("lobby").EmitAsync(Events.Said, text);
            return text.Length;
        }).Sanitize(SanitizationPolicy.PlainText).ValidateWith(new InlineValidator<string> { rules => rules.RuleFor(text => text).MaximumLength(100) });
    });

var app = builder.Build();
app.MapRealtime();
await app.StartAsync();

// The client of the same packages has to get its answer before anybody else is served.
await using (RealtimeClient client = new RealtimeClientBuilder(app.Urls.First())
    .Build())
{
    await client.ConnectAsync();
    int length = await client.EmitAsync(Events.Say, "from the client");
    Console.WriteLine(length == "from the client".Length ? "ready" : $"the client got {length}");
}

await app.WaitForShutdownAsync();

internal static class Events
{
    public static readonly RealtimeEvent<string, int> Say = new("say");
    public static readonly RealtimeEvent<string> Said = new("said");
}

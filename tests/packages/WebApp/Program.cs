using Realtime.Core.Protocol;

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
        });
    });

var app = builder.Build();
app.MapRealtime();
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
app.Run();

internal static class Events
{
    public static readonly RealtimeEvent<string, int> Say = new("say");
    public static readonly RealtimeEvent<string> Said = new("said");
}

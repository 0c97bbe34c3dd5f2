using System.Text.Json.Serialization;
using Realtime.AotCheck;
using Realtime.Core.Protocol;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services
    .AddRealtime(options => options.Json.TypeInfoResolver = Payloads.Default)
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

namespace Realtime.AotCheck
{
    internal static class Events
    {
        public static readonly RealtimeEvent<string, int> Say = new("say");
        public static readonly RealtimeEvent<string> Said = new("said");
    }

    internal sealed record Message(string Text);

    [JsonSerializable(typeof(Message))]
    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(int))]
    internal sealed partial class Payloads : JsonSerializerContext;
}

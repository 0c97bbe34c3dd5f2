using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Realtime.AotCheck;
using Realtime.Client;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

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
        space.On(Events.Note, (_, message) => new ValueTask<int>(message.Text.Length)).ValidateAnnotations();
    });

var app = builder.Build();
app.MapRealtime();
app.MapRealtimeSchema("/realtime/schema");
await app.StartAsync();

// The client of the same packages has to get its answer before anybody else is served.
await using (RealtimeClient client = new RealtimeClientBuilder(app.Urls.First())
    .Configure(options => options.Json = Payloads.CreateOptions())
    .Build())
{
    await client.ConnectAsync();
    int length = await client.EmitAsync(Events.Say, "from the client");
    Console.WriteLine(length == "from the client".Length ? "ready" : $"the client got {length}");
}

await app.WaitForShutdownAsync();

namespace Realtime.AotCheck
{
    internal static class Events
    {
        public static readonly RealtimeEvent<string, int> Say = new("say");
        public static readonly RealtimeEvent<string> Said = new("said");
        public static readonly RealtimeEvent<Message, int> Note = new("note");
    }

    internal sealed record Message([StringLength(5)] string Text);

    [JsonSerializable(typeof(Message))]
    [JsonSerializable(typeof(string))]
    [JsonSerializable(typeof(int))]
    internal sealed partial class Payloads : JsonSerializerContext
    {
        internal static JsonSerializerOptions CreateOptions() => new(PayloadSerializer.CreateOptions()) { TypeInfoResolver = Default };
    }
}

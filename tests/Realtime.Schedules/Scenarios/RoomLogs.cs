using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>What scenarios with rooms share: a server, what was published in it, and that whoever got something got it at its place.</summary>
internal abstract class RoomLogs : Scenario
{
    private static readonly RealtimeEvent<string> s_event = new("text");
    private readonly Dictionary<string, IReadOnlyList<string>> _published = [];

    protected ServerBench Bench { get; } = new();

    protected IReadOnlyCollection<string> Published => _published.Keys;

    public override void Dispose() => Bench.Dispose();

    protected Emitter To(params string[] rooms) => rooms.Skip(1).Aggregate(Bench.Space.To(rooms[0]), static (to, room) => to.To(room));

    protected async Task PublishAsync(Emitter to, string text)
    {
        TrackedEmit emitted = await to.EmitTrackedAsync(s_event, text).ConfigureAwait(true);
        _published.Add(text, [.. emitted.Offsets.Select(static offset => $"{offset.Stream}:{offset.Offset}")]);
    }

    protected void RequireInPlace(RoomClient client)
    {
        client.Read();
        Require(client.Got.Distinct().Count() == client.Got.Count, $"{client.Name} got something twice: {string.Join(' ', client.Got)}.");
        foreach ((string text, string place) in client.Places)
        {
            Require(_published.GetValueOrDefault(text)?.Contains(place) == true, $"{client.Name} got {text} at {place}, where it does not stand.");
        }
    }

    /// <summary>Requires that a client has got these, in this order, and others anywhere between.</summary>
    protected static void RequireInOrder(RoomClient client, params string[] texts)
    {
        int[] places = [.. texts.Select(text => client.Got.IndexOf(text))];
        Require(places[0] >= 0 && places.SequenceEqual(places.Order()), $"{client.Name} got {string.Join(' ', client.Got)}, where {string.Join(' ', texts)} had to come in this order.");
    }
}

using Realtime.Load.Dialects;
using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>Several members publish to the room that all are in; every member must get each message once and whole, and those of one publisher in order.</summary>
internal sealed class ConversationTraffic : ITraffic
{
    private const int ArgumentLength = 128;

    private readonly Fleet _fleet;
    private readonly int _publishers;
    private readonly RequestTemplate _template;
    private readonly Payload _payload = new(ArgumentLength);
    private readonly int[] _next; // of each member, of each publisher
    private int _rounds;

    public ConversationTraffic(Fleet fleet, int publishers)
    {
        _fleet = fleet;
        _publishers = publishers;
        _template = fleet.Dialect.Publish(ArgumentLength);
        _next = new int[fleet.Connections.Count * publishers];
    }

    public long Delivered { get; private set; }

    private long Expected => (long)_rounds * _next.Length;

    /// <summary>Each publisher publishes one message; returns when all members have all of them.</summary>
    public void PublishAndWait()
    {
        Span<byte> frame = stackalloc byte[_template.Length];
        for (var publisher = 0; publisher < _publishers; publisher++)
        {
            _payload.Write(_template.Write(frame, id: 0), publisher, _rounds);
            _fleet.Connections[publisher].Send(frame);
        }

        _rounds++;
        _fleet.RunUntil(() => Delivered == Expected, Limits.Stragglers, () => $"{Delivered} of {Expected} deliveries arrived");
    }

    public void OnEvent(Connection connection, ReadOnlySpan<byte> argument)
    {
        _ = Digits.Read(argument[..Payload.OwnerLength], out var publisher);
        if (publisher >= _publishers)
        {
            throw new LoadFailure($"member {connection.Number}: a message of nobody");
        }

        ref var next = ref _next[(connection.Number * _publishers) + publisher];
        if (next == _rounds || !_payload.Matches(argument, publisher, next))
        {
            throw new LoadFailure($"member {connection.Number}: wrong content or order at message {next} of publisher {publisher}, or one twice");
        }

        next++;
        Delivered++;
    }

    public void OnAck(Connection connection, int id, ReadOnlySpan<byte> argument) =>
        throw new LoadFailure($"member {connection.Number}: an ack that nobody asked for");

    public void OnReadEnd(Connection connection)
    {
    }
}

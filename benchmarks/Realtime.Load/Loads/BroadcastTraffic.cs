using Realtime.Load.Dialects;
using Realtime.Load.Measurement;
using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>One member publishes to the room that all are in; every member must get each message once, whole and in order.</summary>
internal sealed class BroadcastTraffic(Fleet fleet, LatencyRecord? latency, int argumentLength = BroadcastTraffic.DefaultArgumentLength) : ITraffic
{
    private const int DefaultArgumentLength = 128;
    private const int Publisher = 0;

    // How far the slowest member may be behind.
    private const int Window = 1024;
    private const int Mask = Window - 1;

    private readonly RequestTemplate _template = fleet.Dialect.Publish(argumentLength);
    private readonly Payload _payload = new(argumentLength);
    private readonly byte[] _expected = new byte[Window * argumentLength];
    private readonly long[] _intendedAt = new long[Window];
    private readonly int[] _next = new int[fleet.Connections.Count];
    private int _published;

    public long Delivered { get; private set; }

    public bool IsDone => Delivered == (long)_published * _next.Length;

    public string Progress => $"{Delivered} of {(long)_published * _next.Length} deliveries arrived";

    /// <summary>Publishes several messages with one system call.</summary>
    public void Publish(int count, long intendedAt)
    {
        Span<byte> frames = stackalloc byte[_template.Length * count];
        for (var i = 0; i < count; i++)
        {
            var argument = _template.Write(frames[(i * _template.Length)..], id: 0);
            _payload.Write(argument, Publisher, _published);
            argument.CopyTo(Expected(_published));
            _intendedAt[_published & Mask] = intendedAt;
            _published++;
        }

        fleet.Connections[Publisher].Send(frames);
    }

    /// <summary>Publishes and waits until all members have everything.</summary>
    public void PublishAndWait(int count)
    {
        Publish(count, intendedAt: 0);
        fleet.RunUntil(() => IsDone, Limits.Stragglers, () => Progress);
    }

    public void OnEvent(Connection connection, ReadOnlySpan<byte> argument)
    {
        ref var next = ref _next[connection.Number];
        if (next == _published)
        {
            throw new LoadFailure($"member {connection.Number}: a message that was not published, or one twice");
        }

        if (!argument.SequenceEqual(Expected(next)))
        {
            throw new LoadFailure($"member {connection.Number}: wrong content or order at message {next}");
        }

        latency?.Add(_intendedAt[next & Mask]);
        next++;
        Delivered++;
    }

    public void OnAck(Connection connection, int id, ReadOnlySpan<byte> argument) =>
        throw new LoadFailure($"member {connection.Number}: an ack that nobody asked for");

    public void OnReadEnd(Connection connection)
    {
    }

    private Span<byte> Expected(int number) => _expected.AsSpan((number & Mask) * argumentLength, argumentLength);
}

using Realtime.Load.Dialects;
using Realtime.Load.Measurement;
using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>Echo requests of all connections. While it refills, each ack makes room for the next request.</summary>
internal sealed class EchoTraffic : ITraffic
{
    private const int ArgumentLength = 64;

    private readonly EchoRequests[] _requests;
    private readonly LatencyRecord? _latency;
    private long _sent;
    private int _freed;

    public EchoTraffic(Fleet fleet, LatencyRecord? latency)
    {
        _latency = latency;
        var template = fleet.Dialect.Echo(ArgumentLength);
        var payload = new Payload(ArgumentLength);
        _requests = [.. fleet.Connections.Select(connection => new EchoRequests(connection, template, payload))];
    }

    public bool IsRefilling { get; set; }

    public long Acked { get; private set; }

    public bool IsDone => Acked == _sent;

    public string Progress => $"{Acked} of {_sent} requests were acknowledged";

    public void Send(int connection, int count, long intendedAt)
    {
        _sent += count;
        _requests[connection].Send(count, intendedAt);
    }

    public void OnAck(Connection connection, int id, ReadOnlySpan<byte> argument)
    {
        var intendedAt = _requests[connection.Number].Accept(id, argument);
        _latency?.Add(intendedAt);
        Acked++;
        _freed++;
    }

    public void OnEvent(Connection connection, ReadOnlySpan<byte> argument) =>
        throw new LoadFailure($"connection {connection.Number}: an event that nobody published");

    public void OnReadEnd(Connection connection)
    {
        if (IsRefilling && _freed > 0)
        {
            Send(connection.Number, _freed, intendedAt: 0);
        }

        _freed = 0;
    }
}

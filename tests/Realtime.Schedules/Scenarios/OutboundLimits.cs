using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Transports;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// The queue of a client that reads slowly, with room for two packets, while two threads send and the client reads. Of packets that may be dropped each arrives in order or is counted
/// as dropped; of others, what arrives is whole up to some packet, and the connection ends once.
/// </summary>
/// <param name="shedding">What may become of the packets.</param>
internal sealed class OutboundLimits(PacketShedding shedding) : Scenario
{
    private const int MaxBytes = 12;

    private readonly EngineBench _bench = new(MaxBytes);
    private readonly List<string> _log = [];
    private readonly List<string> _offered = [];
    private ModelTransport _socket = null!;
    private Connection _connection = null!;
    private int _sending = 2;
    private bool _isOverflowed;

    internal override Task SetUpAsync()
    {
        _socket = new ModelTransport(TransportNames.WebSocket, _log);
        _socket.Take();
        _connection = _bench.Engine.Accept(_socket, new BasicHandshake());
        _socket.Take();
        _log.Clear();
        return Task.CompletedTask;
    }

    internal override void Begin(Schedule schedule)
    {
        schedule.Add("sender a", () => Send(["a1", "a2", "a3"], inScope: false));
        schedule.Add("sender b", () => Send(["b1", "b2", "b3"], inScope: true));
        schedule.Add("client", Read);
        schedule.Add("close", () =>
        {
            Controlled.Until(() => _sending == 0, "the senders");
            _connection.Close(CloseReason.ForcedClose);
        });
    }

    internal override Task CheckAsync()
    {
        foreach (char sender in "ab")
        {
            string[] offered = [.. _offered.Where(text => text[0] == sender)];
            string[] got = [.. _log.Where(text => text[0] == '4' && text[1] == sender).Select(static text => text[1..])];
            string[] expected = shedding == PacketShedding.Never ? offered[..Math.Min(offered.Length, got.Length)] : [.. offered.Where(got.Contains)];
            Require(expected.SequenceEqual(got), $"Of sender {sender} were offered {string.Join(' ', offered)}; and arrived: {string.Join(' ', got)}.");
        }

        bool isWhole = shedding == PacketShedding.Never;
        int arrived = _log.Count(static text => text[0] == '4');
        Require(isWhole || arrived + _bench.Dropped == _offered.Count, $"{_offered.Count} were offered, {arrived} arrived, {_bench.Dropped} were dropped.");
        Require(!isWhole || arrived == _offered.Count || _isOverflowed, "Something is missing of a connection that was not too slow.");
        Require(_connection.Outbound.BufferedBytes == 0, $"{_connection.Outbound.BufferedBytes} bytes are left.");
        Require(_bench.Engine.Congestion.Count == 0, "A connection is counted as behind that is not.");
        Require(_bench.Owned == 0, $"{_bench.Owned} packets still have an owner.");
        Require(_bench.Closed.Count == 1, $"The end was reported {_bench.Closed.Count} times.");
        return Task.CompletedTask;
    }

    public override void Dispose() => _bench.Dispose();

    private void Send(string[] texts, bool inScope)
    {
        FlushScope? scope = inScope ? FlushScope.Enter() : null;
        foreach (string text in texts)
        {
            EncodedPacket packet = _bench.Packet(text, shedding);
            _offered.Add(text);
            if (!_connection.Send(packet) && shedding == PacketShedding.Never)
            {
                _isOverflowed = true;
            }

            packet.Release();

            // What a flush has taken out of the queue and not yet handed to the transport is counted by neither: so much more may come in meanwhile.
            long waiting = _connection.Outbound.BufferedBytes;
            Require(waiting <= 2 * MaxBytes, $"{waiting} bytes wait where {MaxBytes} may.");
        }

        scope?.Exit();
        _sending--;
    }

    private void Read()
    {
        while (!_socket.HasEnded)
        {
            Controlled.Until(() => _socket.HasWritten || _socket.HasEnded, "something to read");
            _socket.Take();
            _connection.OnWritable(_socket);
        }

        _connection.OnClosed(_socket, cause: null);
    }
}

using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Transports;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// The queue of a connection that goes over from polling to a WebSocket while two threads send, one of them in batches, and somebody closes it. What was taken arrives once, in the
/// order of its sender, and nothing else does.
/// </summary>
internal sealed class OutboundUpgrade : Scenario
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    private readonly EngineBench _bench = new();
    private readonly List<string> _log = [];
    private readonly List<string> _taken = [];
    private readonly ModelTransport _polling;
    private readonly ModelTransport _socket;
    private Connection _connection = null!;

    internal OutboundUpgrade()
    {
        _polling = new ModelTransport(TransportNames.Polling, _log);
        _socket = new ModelTransport(TransportNames.WebSocket, _log);
    }

    internal override Task SetUpAsync()
    {
        _polling.Take();
        _connection = _bench.Engine.Accept(_polling, new BasicHandshake());
        _polling.Take();
        _socket.Take();
        Require(_connection.TryUpgrade(_socket), "The upgrade did not begin.");
        _log.Clear();
        return Task.CompletedTask;
    }

    internal override void Begin(Schedule schedule)
    {
        schedule.Add("sender a", () => Send("a1", "a2"));
        schedule.Add("sender b", () =>
        {
            FlushScope scope = FlushScope.Enter();
            Send("b1", "b2");
            scope.Exit();
            Send("b3");
        });
        schedule.Add("client", ConnectAsync);
        schedule.Add("close", () => _connection.Close(CloseReason.ForcedClose));
    }

    internal override Task CheckAsync()
    {
        foreach (char sender in "ab")
        {
            string taken = string.Join(' ', _taken.Where(text => text[0] == sender));
            string got = string.Join(' ', _log.Where(text => text[0] == '4' && text[1] == sender).Select(static text => text[1..]));
            Require(taken == got, $"Of sender {sender} was taken: {taken}; and arrived: {got}.");
        }

        Require(_connection.Outbound.BufferedBytes == 0, $"{_connection.Outbound.BufferedBytes} bytes are left.");
        Require(_bench.Engine.Congestion.Count == 0, "A connection is counted as behind that is not.");
        Require(_bench.Owned == 0, $"{_bench.Owned} packets still have an owner.");
        Require(_bench.Closed.Count == 1, $"The end was reported {_bench.Closed.Count} times.");
        return Task.CompletedTask;
    }

    public override void Dispose() => _bench.Dispose();

    private void Send(params string[] texts)
    {
        foreach (string text in texts)
        {
            EncodedPacket packet = _bench.Packet(text);
            if (_connection.Send(packet))
            {
                _taken.Add(text);
            }

            packet.Release();
        }
    }

    // Probes, waits until its poll is answered, confirms, and from then on reads the socket only.
    private async Task ConnectAsync()
    {
        _socket.Receive("2probe");
        await _connection.OnReadableAsync(_socket).ConfigureAwait(true);
        Controlled.Until(() => _socket.HasWritten, "the answer to the probe");
        _bench.Time.Advance(s_moment); // releases the poll, unless something is on its way there that does
        Controlled.Until(() => _polling.HasWritten || _polling.HasEnded, "the answer to the poll");

        // The client has what answered its poll; the close packet of an orderly end answers it too.
        _polling.Take(isLast: true);
        if (_polling.HasEnded)
        {
            return;
        }

        _socket.Take();
        _socket.Receive("5");
        await _connection.OnReadableAsync(_socket).ConfigureAwait(true);
        while (!_socket.HasEnded)
        {
            Controlled.Until(() => _socket.HasWritten || _socket.HasEnded, "something to read");
            _socket.Take();
            _connection.OnWritable(_socket);
        }

        _connection.OnClosed(_socket, cause: null);
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Realtime.Load.Dialects;
using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>All client connections of a run: they connect, keep alive and hand acks and events to the load.</summary>
internal sealed class Fleet : IConnectionHandler, IDisposable
{
    private const int HandshakesInFlight = 100;
    private const int ConnectionsPerSource = 10_000;
    private const long PollNanoseconds = 10_000_000;
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(60);

    private readonly Reactor _reactor;
    private readonly (IPEndPoint Address, byte[] Upgrade)[] _servers;
    private readonly KeepAlive _keepAlive;
    private readonly int _receiveBuffer;
    private int _ready;

    /// <param name="dialect">How to speak to the server.</param>
    /// <param name="ports">Where it listens; the servers of a cluster take turns.</param>
    /// <param name="receiveBuffer">Bytes that the kernel takes for a connection that does not read; 0 leaves it to the system.</param>
    public Fleet(IDialect dialect, IReadOnlyList<int> ports, int receiveBuffer = 0)
    {
        _receiveBuffer = receiveBuffer;
        Dialect = dialect;
        _reactor = new Reactor(this);
        _keepAlive = new KeepAlive(dialect, _reactor.Connections);
        _servers = [.. ports.Select(port => (new IPEndPoint(IPAddress.Loopback, port), UpgradeRequest(dialect, port)))];
    }

    public IDialect Dialect { get; }

    public IReadOnlyList<Connection> Connections => _reactor.Connections;

    public ITraffic? Traffic { get; set; }

    public long Pings { get; private set; }

    /// <summary>Adds connections until there are <paramref name="total"/>, all with their handshake done.</summary>
    public void ConnectUpTo(int total)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(ConnectLimit.TotalSeconds * Stopwatch.Frequency);
        while (_ready < total)
        {
            while (Connections.Count < total && Connections.Count - _ready < HandshakesInFlight)
            {
                Connect();
            }

            Poll(PollNanoseconds);
            if (Stopwatch.GetTimestamp() > deadline)
            {
                throw new LoadFailure($"{_ready} of {total} connections were ready after {ConnectLimit.TotalSeconds} s");
            }
        }
    }

    public bool Poll(long nanoseconds)
    {
        _keepAlive.SendDue();
        return _reactor.Poll(nanoseconds);
    }

    /// <summary>Processes what arrives until <paramref name="done"/>; too late means that something was lost.</summary>
    public void RunUntil(Func<bool> done, TimeSpan limit, Func<string> progress)
    {
        var deadline = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        while (!done())
        {
            Poll(PollNanoseconds);
            if (Stopwatch.GetTimestamp() > deadline)
            {
                throw new LoadFailure($"lost: {progress()} after {limit.TotalSeconds} s");
            }
        }
    }

    /// <summary>Processes what arrives for so long.</summary>
    public void RunFor(TimeSpan time)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            Poll(PollNanoseconds);
        }
    }

    public void Dispose() => _reactor.Dispose();

    void IConnectionHandler.OnUpgraded(Connection connection)
    {
        if (!Dialect.Greeting.IsEmpty)
        {
            connection.Send(Dialect.Greeting.Span);
        }
    }

    void IConnectionHandler.OnMessage(Connection connection, ReadOnlySpan<byte> message)
    {
        while (Dialect.TryTakePacket(ref message, out var packet))
        {
            Process(connection, packet);
        }

        if (!message.IsEmpty)
        {
            throw new LoadFailure($"connection {connection.Number}: half a packet in a message: {Encoding.UTF8.GetString(message)}");
        }
    }

    void IConnectionHandler.OnReadEnd(Connection connection)
    {
        if (connection.IsReady)
        {
            Traffic?.OnReadEnd(connection);
        }
    }

    private void Process(Connection connection, ReadOnlySpan<byte> packet)
    {
        var kind = Dialect.Read(packet, out var id, out var argument);
        switch (kind)
        {
            case PacketKind.Event when Traffic is not null:
                Traffic.OnEvent(connection, argument);
                break;
            case PacketKind.Ack when Traffic is not null:
                Traffic.OnAck(connection, id, argument);
                break;
            case PacketKind.Control:
                break;
            case PacketKind.Ping or PacketKind.Opened:
                Pings += kind == PacketKind.Ping ? 1 : 0;
                Answer(connection, kind);
                break;
            case PacketKind.Connected when !connection.IsReady:
                connection.IsReady = true;
                _ready++;
                break;
            default:
                throw new LoadFailure($"connection {connection.Number}: unexpected packet {Encoding.UTF8.GetString(packet)}");
        }
    }

    private void Answer(Connection connection, PacketKind kind)
    {
        var answer = Dialect.AnswerTo(kind);
        if (!answer.IsEmpty)
        {
            connection.Send(answer.Span);
        }
    }

    private void Connect()
    {
        // One source address has about 28,000 ports towards one destination; the whole of 127.0.0.0/8 is loopback.
        var number = Connections.Count;
        var source = new IPAddress([127, 0, 0, (byte)(2 + (number / ConnectionsPerSource))]);
        var (address, upgrade) = _servers[number % _servers.Length];
        var connection = new Connection(number, source, address, _receiveBuffer);
        _reactor.Add(connection);
        connection.Send(upgrade);
    }

    private static byte[] UpgradeRequest(IDialect dialect, int port) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"GET {dialect.RequestTarget} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
}

using System.Net;
using System.Net.Sockets;

namespace Realtime.Load.Network;

/// <summary>One WebSocket client: a socket, and the bytes of a frame or message that has not arrived whole.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private const int IpProtocol = 0;
    private const int BindAddressNoPort = 24;

    // The accept token that belongs to the key of every upgrade request here (both from RFC 6455, section 1.3).
    private static readonly byte[] AcceptToken = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="u8.ToArray();

    private readonly Socket _socket;
    private readonly int _descriptor;
    private byte[] _rest = [];
    private int _restLength;
    private byte[] _fragments = [];
    private bool _upgraded;

    public Connection(int number, IPAddress source, IPEndPoint server, int receiveBuffer)
    {
        Number = number;
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        // A reset at the end leaves no TIME_WAIT behind: ports stay free for the next run.
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        // Leaves the choice of the port to connect, which knows the destination: bind alone would search all ports in use.
        _socket.SetRawSocketOption(IpProtocol, BindAddressNoPort, BitConverter.GetBytes(1));
        if (receiveBuffer > 0)
        {
            _socket.ReceiveBufferSize = receiveBuffer; // before connect: the window is agreed there
        }

        _socket.Bind(new IPEndPoint(source, 0));
        _socket.Connect(server);
        _descriptor = (int)_socket.Handle;
    }

    /// <summary>Position in the fleet, from 0.</summary>
    public int Number { get; }

    /// <summary>True once the dialect's handshake is over.</summary>
    public bool IsReady { get; set; }

    public int Descriptor => _descriptor;

    public void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            // What is in flight is bounded and far below a socket buffer, so a short write is a fault of the run.
            var sent = LinuxCalls.Send(_descriptor, start, (nuint)bytes.Length, LinuxCalls.DontWait | LinuxCalls.NoSignal);
            if (sent != bytes.Length)
            {
                throw new LoadFailure($"connection {Number}: sent {sent} of {bytes.Length} bytes, the server does not read or went away");
            }
        }
    }

    /// <summary>Moves the unfinished bytes of the last read to the front of the shared buffer and says how many they are.</summary>
    public int TakeRest(byte[] buffer)
    {
        _rest.AsSpan(0, _restLength).CopyTo(buffer);
        var length = _restLength;
        _restLength = 0;
        return length;
    }

    /// <summary>Hands on whole messages and keeps the unfinished rest.</summary>
    public void Consume(ReadOnlySpan<byte> bytes, IConnectionHandler handler)
    {
        if (!_upgraded && !TryUpgrade(ref bytes, handler))
        {
            Keep(bytes);
            return;
        }

        while (ServerFrame.TryRead(bytes, out var frame))
        {
            bytes = bytes[frame.Length..];
            Process(frame, handler);
        }

        Keep(bytes);
    }

    public void Dispose() => _socket.Dispose();

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _rest.Length)
        {
            _rest = new byte[bytes.Length];
        }

        bytes.CopyTo(_rest);
        _restLength = bytes.Length;
    }

    private bool TryUpgrade(ref ReadOnlySpan<byte> bytes, IConnectionHandler handler)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return false;
        }

        var response = bytes[..end];
        if (!response.StartsWith("HTTP/1.1 101 "u8) || response.IndexOf(AcceptToken) < 0)
        {
            throw new LoadFailure($"connection {Number}: the upgrade was refused: {System.Text.Encoding.ASCII.GetString(response)}");
        }

        bytes = bytes[(end + 4)..];
        _upgraded = true;
        handler.OnUpgraded(this);
        return true;
    }

    private void Process(in ServerFrame frame, IConnectionHandler handler)
    {
        switch (frame.Opcode)
        {
            case ServerFrame.Text or ServerFrame.Binary when frame.IsFinal:
                handler.OnMessage(this, frame.Payload);
                break;
            case ServerFrame.Text or ServerFrame.Binary or ServerFrame.Continuation:
                Reassemble(frame, handler);
                break;
            case ServerFrame.Ping:
                Send(ClientFrame.Pong(frame.Payload));
                break;
            case ServerFrame.Pong:
                break;
            default:
                throw new LoadFailure($"connection {Number}: the server sent a frame with opcode {frame.Opcode}");
        }
    }

    private void Reassemble(in ServerFrame frame, IConnectionHandler handler)
    {
        _fragments = [.. _fragments, .. frame.Payload];
        if (frame.IsFinal)
        {
            handler.OnMessage(this, _fragments);
            _fragments = [];
        }
    }
}

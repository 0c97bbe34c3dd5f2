using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Contracts;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>A WebSocket client that does what it is told, right or wrong, and reads only when asked.</summary>
internal sealed class RawWebSocket : IAsyncDisposable
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private readonly Socket _socket;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    private RawWebSocket(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>Connects and sends the handshake, with <paramref name="early"/> bytes in the same write; the answer has not been read.</summary>
    internal static async Task<RawWebSocket> BeginAsync(int port, bool tls, string target, byte[]? early = null, string headers = "", int? receiveBuffer = 64 * 1024)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size; // so that a client that reads nothing is soon full
        }

        await socket.ConnectAsync(System.Net.IPAddress.Loopback, port, Bounded.Token());
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls)
        {
            var secure = new SslStream(stream, leaveInnerStreamOpen: false, TestCertificate.IsPresented);
            await secure.AuthenticateAsClientAsync("localhost").Within();
            stream = secure;
        }

        var client = new RawWebSocket(socket, stream);
        string request = $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n{headers}\r\n";
        await client.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(request), .. early ?? []]);
        return client;
    }

    /// <summary>Connects and asserts that the server accepts.</summary>
    internal static async Task<RawWebSocket> ConnectAsync(int port, bool tls, string target, byte[]? early = null, int? receiveBuffer = 64 * 1024)
    {
        RawWebSocket client = await BeginAsync(port, tls, target, early, receiveBuffer: receiveBuffer);
        string response = await client.ReadResponseAsync();
        Assert.StartsWith("HTTP/1.1 101 ", response, StringComparison.Ordinal);
        Assert.Contains($"Sec-WebSocket-Accept: {Accept}\r\n", response, StringComparison.OrdinalIgnoreCase);
        return client;
    }

    internal async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        await _stream.WriteAsync(bytes, Bounded.Token());
        await _stream.FlushAsync(Bounded.Token());
    }

    internal Task SendTextAsync(string text) => WriteAsync(ClientFrames.Text(text));

    /// <summary>Reads the head of a response.</summary>
    internal async Task<string> ReadResponseAsync()
    {
        while (true)
        {
            int end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                string head = Encoding.ASCII.GetString(_buffer, _start, end + 4);
                _start += end + 4;
                return head;
            }

            Assert.True(await FillAsync(), "The server closed before it answered.");
        }
    }

    /// <summary>Reads the next frame; <see langword="null"/> at the end of the connection, however it came.</summary>
    internal async Task<(WebSocketOpcode Opcode, byte[] Payload)?> ReadFrameAsync()
    {
        while (true)
        {
            if (TryTakeFrame(out WebSocketOpcode opcode, out byte[] payload))
            {
                return (opcode, payload);
            }

            if (!await FillAsync())
            {
                Assert.Equal(_start, _end); // never half a frame
                return null;
            }
        }
    }

    internal async Task<string> ReadTextAsync()
    {
        (WebSocketOpcode Opcode, byte[] Payload)? frame = await ReadFrameAsync();
        Assert.Equal(WebSocketOpcode.Text, frame?.Opcode);
        return Encoding.UTF8.GetString(frame!.Value.Payload);
    }

    /// <summary>Reads whatever comes until the server has closed.</summary>
    internal async Task<string> ReadToEndAsync()
    {
        while (await FillAsync())
        {
        }

        return Encoding.Latin1.GetString(_buffer, _start, _end - _start);
    }

    /// <summary>Ends with a reset, as a process that dies.</summary>
    internal void Cut()
    {
        try
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (ObjectDisposedException)
        {
            // It is cut already.
        }

        _socket.Dispose();
    }

    /// <summary>Says that no more bytes will come, and goes on reading.</summary>
    internal void Finish() => _socket.Shutdown(SocketShutdown.Send);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }

    private bool TryTakeFrame(out WebSocketOpcode opcode, out byte[] payload)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, _end - _start);
        opcode = default;
        payload = [];
        if (bytes.Length < 2)
        {
            return false;
        }

        Assert.True((bytes[0] & 0xF0) == 0x80 && bytes[1] <= 127, $"That is no frame of a server: {Convert.ToHexString(bytes[..Math.Min(40, bytes.Length)])}");
        int header = bytes[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return false;
        }

        long length = header switch { 4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 10 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]), _ => bytes[1] };
        Assert.InRange(length, 0, 100_000_000);
        if (bytes.Length < header + length)
        {
            return false;
        }

        opcode = (WebSocketOpcode)(bytes[0] & 0x0F);
        payload = bytes.Slice(header, (int)length).ToArray();
        _start += header + (int)length;
        return true;
    }

    private async Task<bool> FillAsync()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), Bounded.Token());
            _end += read;
            return read > 0;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Realtime.Attacks;

/// <summary>A client on a bare socket: it sends what it is told, right or wrong, and reads only when asked.</summary>
internal sealed class WireClient : IDisposable
{
    internal const string SocketIo = "/socket.io/?EIO=4&transport=websocket";
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private readonly Socket _socket;
    private byte[] _buffer = new byte[8 * 1024];
    private int _start;
    private int _end;

    private WireClient(Socket socket) => _socket = socket;

    /// <summary>Opens a TCP connection.</summary>
    internal static async Task<WireClient> DialAsync(int port, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
        {
            socket.ReceiveBufferSize = size;
        }

        await socket.ConnectAsync(IPAddress.Loopback, port).Within();
        return new WireClient(socket);
    }

    /// <summary>Opens a WebSocket.</summary>
    /// <returns>The client, and the status of the answer.</returns>
    internal static async Task<(WireClient Client, int Status)> UpgradeAsync(int port, string target = SocketIo, string headers = "", int? receiveBuffer = null)
    {
        WireClient client = await DialAsync(port, receiveBuffer);
        await client.WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n{headers}\r\n"));
        string head = await client.ReadHeadAsync();
        return (client, int.Parse(head.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Opens a WebSocket and joins the main namespace as a Socket.IO client.</summary>
    internal static async Task<WireClient> JoinAsync(int port, string headers = "", int? receiveBuffer = null)
    {
        (WireClient client, int status) = await UpgradeAsync(port, SocketIo, headers, receiveBuffer);
        if (status != 101 || await client.ReadTextAsync() is not ['0', ..])
        {
            throw new AttackFailure($"A client was answered {status}.");
        }

        await client.SendAsync("40");
        return await client.ReadTextAsync() is ['4', '0', ..] ? client : throw new AttackFailure("A client could not join.");
    }

    internal async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).AsTask().Within()..];
        }
    }

    /// <summary>Writes as much as goes out at once.</summary>
    internal int TryWrite(ReadOnlySpan<byte> bytes)
    {
        _socket.Blocking = false;
        int sent = _socket.Send(bytes, SocketFlags.None, out SocketError error);
        return error is SocketError.Success ? sent : error is SocketError.WouldBlock ? 0 : -1;
    }

    internal Task SendAsync(string text) => WriteAsync(Frame(0x1, Encoding.UTF8.GetBytes(text)));

    /// <summary>A frame of a client; masked with zeros, which leaves the payload as it is.</summary>
    internal static byte[] Frame(int opcode, ReadOnlySpan<byte> payload)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
        byte first = (byte)(0x80 | opcode);
        return payload.Length switch
        {
            <= 125 => [first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload],
            <= ushort.MaxValue => [first, 0x80 | 126, .. length[6..], 0, 0, 0, 0, .. payload],
            _ => [first, 0x80 | 127, .. length, 0, 0, 0, 0, .. payload],
        };
    }

    internal async Task<string> ReadTextAsync() =>
        await ReadFrameAsync() is { } frame ? Encoding.UTF8.GetString(frame.Payload) : throw new AttackFailure("The server closed while a message was awaited.");

    /// <summary>Reads text until one begins so; answers heartbeats meanwhile.</summary>
    /// <returns>The text; <see langword="null"/> when the server closed.</returns>
    internal async Task<string?> ReadUntilAsync(string beginning)
    {
        while (await ReadFrameAsync() is { } frame && frame.Opcode != 0x8)
        {
            string text = frame.Opcode == 0x1 ? Encoding.UTF8.GetString(frame.Payload) : "";
            if (frame.Opcode == 0x9)
            {
                await WriteAsync(Frame(0xA, frame.Payload));
            }
            else if (text == "2")
            {
                await SendAsync("3");
            }
            else if (text.StartsWith(beginning, StringComparison.Ordinal))
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>How it ended: a close code, or none.</returns>
    internal async Task<string> ReadToEndAsync()
    {
        string end = "the connection ended without a close frame";
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.Opcode == 0x8)
            {
                end = frame.Payload.Length >= 2 ? $"close {BinaryPrimitives.ReadUInt16BigEndian(frame.Payload)}" : "close";
                break;
            }
        }

        return end;
    }

    /// <summary>Whether the server has ended the connection; looks without waiting.</summary>
    internal bool HasEnded()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectRead) && _socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Reads a frame; <see langword="null"/> at the end of the connection.</summary>
    internal async Task<(int Opcode, byte[] Payload)?> ReadFrameAsync()
    {
        while (true)
        {
            if (TryTakeFrame() is { } frame)
            {
                return frame;
            }

            if (!await FillAsync())
            {
                return null;
            }
        }
    }

    internal async Task<string> ReadHeadAsync()
    {
        while (true)
        {
            int end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                string head = Encoding.ASCII.GetString(_buffer, _start, end);
                _start += end + 4;
                return head;
            }

            if (!await FillAsync())
            {
                throw new AttackFailure("The server closed before it answered.");
            }
        }
    }

    public void Dispose()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    private (int Opcode, byte[] Payload)? TryTakeFrame()
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, _end - _start);
        if (bytes.Length < 2)
        {
            return null;
        }

        int header = bytes[1] switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return null;
        }

        long length = header switch { 4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), 10 => BinaryPrimitives.ReadInt64BigEndian(bytes[2..]), _ => bytes[1] };
        if (bytes.Length < header + length)
        {
            return null;
        }

        int opcode = bytes[0] & 0x0F;
        byte[] payload = bytes.Slice(header, (int)length).ToArray();
        _start += header + (int)length;
        return (opcode, payload);
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
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None).AsTask().Within();
            _end += read;
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

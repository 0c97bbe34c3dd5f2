using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;

namespace Realtime.AspNetCore.Tests.RawWebSockets;

/// <summary>A client of the raw protocol on .NET's own WebSocket. Messages are lines, as in docs/protocol/raw-websocket.md.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly WebSocket _socket;

    private RawClient(WebSocket socket) => _socket = socket;

    internal static async Task<RawClient> ConnectAsync(TestApp app, string path = "/ws", Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = TestCertificate.IsPresented;
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(new UriBuilder(app.Address) { Scheme = app.Wire == Wire.Tls ? "wss" : "ws", Path = path }.Uri, Bounded.Token());
        return new RawClient(socket);
    }

    internal static async Task<RawClient> ConnectInMemoryAsync(TestApp app, string path = "/ws") =>
        new(await app.Memory.CreateWebSocketClient().ConnectAsync(new Uri($"ws://localhost{path}"), Bounded.Token()));

    /// <summary>Joins the main namespace.</summary>
    internal async Task<RawClient> JoinAsync()
    {
        await SendAsync("""{"auth":{}}""");
        Assert.StartsWith("""{"connected":{"sid":""", await ReceiveAsync(), StringComparison.Ordinal);
        return this;
    }

    internal Task SendAsync(string line) => line.StartsWith("bin ", StringComparison.Ordinal)
        ? _socket.SendAsync(ToBytes(line), WebSocketMessageType.Binary, endOfMessage: true, Bounded.Token())
        : _socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, endOfMessage: true, Bounded.Token());

    internal Task SendBinaryAsync(byte[] message) => _socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Bounded.Token());

    internal async Task<string> ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            WebSocketReceiveResult part = await _socket.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), Bounded.Token());
            length += part.Count;
            if (part.EndOfMessage)
            {
                return part.MessageType switch
                {
                    WebSocketMessageType.Close => (int?)_socket.CloseStatus is null or 1000 or 1005 ? "close" : $"close {(int)_socket.CloseStatus}",
                    WebSocketMessageType.Binary => ToLine(buffer.AsSpan(0, length)),
                    _ => Encoding.UTF8.GetString(buffer, 0, length),
                };
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }

    /// <summary>The bytes of <c>bin JSON hex hex …</c>.</summary>
    internal static byte[] ToBytes(string line)
    {
        int end = line.LastIndexOf('}') + 1;
        var bytes = new List<byte>();
        Put(Encoding.UTF8.GetBytes(line[4..end]));
        foreach (string attachment in line[end..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            Put(Convert.FromHexString(attachment));
        }

        return [.. bytes];

        void Put(byte[] part)
        {
            byte[] length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            bytes.AddRange(length);
            bytes.AddRange(part);
        }
    }

    private static string ToLine(ReadOnlySpan<byte> bytes)
    {
        var line = new StringBuilder("bin");
        for (bool json = true; !bytes.IsEmpty; json = false)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            ReadOnlySpan<byte> part = bytes.Slice(4, length);
            line.Append(' ').Append(json ? Encoding.UTF8.GetString(part) : Convert.ToHexStringLower(part));
            bytes = bytes[(4 + length)..];
        }

        return line.ToString();
    }
}

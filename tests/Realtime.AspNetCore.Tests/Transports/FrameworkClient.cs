using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;
using Realtime.Contracts.Transports;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.Transports;

/// <summary>The WebSocket client of .NET.</summary>
internal sealed class FrameworkClient(WebSocket socket, HttpMessageInvoker? invoker) : ITransportClient
{
    private readonly byte[] _buffer = new byte[16 * 1024];

    internal static async Task<ITransportClient> ConnectAsync(TestApp host, bool deflate)
    {
        (WebSocket socket, HttpMessageInvoker? invoker) = host.Wire == Wire.Memory
            ? (await host.Memory.CreateWebSocketClient().ConnectAsync(new Uri(host.Address, $"{EngineApp.Path}?EIO=4&transport=websocket"), Bounded.Token()), null)
            : await ConnectNetworkAsync(host, deflate);
        var client = new FrameworkClient(socket, invoker);
        EncodedMessage? open = await client.ReceiveAsync(Bounded.Token());
        Assert.Equal((byte)'0', open!.Value.Data.Span[0]);
        return client;
    }

    public Task SendAsync(EncodedMessage message, CancellationToken cancellationToken) =>
        socket.SendAsync(message.Data, message.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, endOfMessage: true, cancellationToken).AsTask();

    public async Task<EncodedMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        List<byte> message = [];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                    return null;
                }

                message.AddRange(_buffer.AsSpan(0, part.Count));
                if (part.EndOfMessage)
                {
                    return new EncodedMessage(part.MessageType == WebSocketMessageType.Binary, message.ToArray());
                }
            }
        }
        catch (Exception gone) when (gone is WebSocketException { WebSocketErrorCode: not WebSocketError.Faulted } or IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    public void Pause()
    {
    }

    public void Resume()
    {
    }

    // Throws when the server does not answer the close frame.
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return;
            }
        }
    }

    public void Cut() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        invoker?.Dispose();
        return default;
    }

    private static async Task<(WebSocket Socket, HttpMessageInvoker Invoker)> ConnectNetworkAsync(TestApp host, bool deflate)
    {
        var socket = new ClientWebSocket();
        var invoker = new HttpMessageInvoker(new SocketsHttpHandler { ConnectCallback = ConnectAsync });
        if (host.Wire == Wire.Http2)
        {
            socket.Options.HttpVersion = HttpVersion.Version20;
            socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        }

        if (deflate)
        {
            socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        }

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Port}{EngineApp.Path}?EIO=4&transport=websocket"), invoker, Bounded.Token());
        return (socket, invoker);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = 64 * 1024 };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

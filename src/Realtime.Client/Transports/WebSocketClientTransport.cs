using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using Realtime.Client.States;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Client.Transports;

/// <summary>A WebSocket, by the framework's <see cref="ClientWebSocket"/>.</summary>
internal sealed class WebSocketClientTransport : IClientTransport
{
    // Most messages fit; larger ones rent what they need and give it back.
    private const int UsualMessageBytes = 4096;

    private readonly ClientWebSocket _socket = new();
    private readonly Uri _address;
    private readonly HttpAccess _http;
    private readonly int _maxMessageBytes;
    private readonly byte[] _usual = new byte[UsualMessageBytes];
    private byte[]? _large;

    internal WebSocketClientTransport(Uri address, HttpAccess http, int maxMessageBytes)
    {
        _address = address;
        _http = http;
        _maxMessageBytes = maxMessageBytes;
        _socket.Options.KeepAliveInterval = TimeSpan.Zero; // Engine.IO has a heartbeat of its own
        _socket.Options.CollectHttpResponseDetails = true;
        foreach ((string name, string value) in http.Headers)
        {
            _socket.Options.SetRequestHeader(name, value);
        }
    }

    public string Name => TransportNames.WebSocket;

    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _socket.ConnectAsync(_address, _http.Invoker, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException or IOException)
        {
            bool forbidden = _socket.HttpStatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden;
            throw new TransportFailedException(forbidden ? ClientCloseReason.Forbidden : ClientCloseReason.TransportError, $"The WebSocket could not be opened: {exception.Message}", exception);
        }
    }

    public async ValueTask<TransportMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        Return(); // what the last message was in
        try
        {
            byte[] buffer = _usual;
            int length = 0;
            while (true)
            {
                ValueWebSocketReceiveResult part = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    return TransportMessage.Create(part.MessageType == WebSocketMessageType.Binary, buffer.AsMemory(0, length));
                }

                buffer = length == buffer.Length ? Grow(buffer, length) : buffer;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw new TransportFailedException(ClientCloseReason.TransportError, $"The WebSocket broke: {exception.Message}", exception);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<EncodedPacket> packets, CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < packets.Length; i++)
            {
                foreach (EncodedMessage message in packets.Span[i].Messages)
                {
                    WebSocketMessageType type = message.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
                    await _socket.SendAsync(message.Data, type, endOfMessage: true, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw new TransportFailedException(ClientCloseReason.TransportError, $"The WebSocket broke: {exception.Message}", exception);
        }
    }

    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // It has gone already.
        }
    }

    public void Abort() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        Return();
        _socket.Dispose();
        return default;
    }

    private byte[] Grow(byte[] full, int length)
    {
        if (length >= _maxMessageBytes)
        {
            throw new TransportFailedException(ClientCloseReason.ParseError, $"A message came that is larger than {_maxMessageBytes} bytes (RealtimeClientOptions.MaxMessageBytes).");
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Min(length * 2, _maxMessageBytes));
        full.AsSpan(0, length).CopyTo(larger);
        Return();
        return _large = larger;
    }

    private void Return()
    {
        if (_large is not null)
        {
            ArrayPool<byte>.Shared.Return(_large);
            _large = null;
        }
    }
}

using System.Net.WebSockets;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A WebSocket of ASP.NET Core itself: for connections with permessage-deflate, and for servers that give no stream (TestServer).</summary>
/// <remarks>Reading is confined to <see cref="RunAsync"/>; sending is the work of its <see cref="FrameworkWebSocketOutput"/>.</remarks>
internal sealed class FrameworkWebSocketTransport(WebSocket webSocket, int maxMessageBytes, bool base64, TimeProvider time, IRequestLifetime request) : IWebSocketTransport
{
    private readonly FrameworkWebSocketOutput _output = new(webSocket, base64);
    private readonly byte[] _buffer = new byte[4096];
    private TransportMessage? _received;
    private volatile bool _over;

    public string Name => TransportNames.WebSocket;

    public bool CanSend => _output.IsIdle;

    public long UnsentBytes => _output.UnsentBytes;

    public void Send(ReadOnlySpan<EncodedPacket> packets) => _output.Write(packets);

    public bool TryRead(out TransportMessage message)
    {
        message = _received.GetValueOrDefault();
        bool found = _received is not null;
        _received = null;
        return found;
    }

    public void Close() => _output.Close(WebSocketCloseStatus.NormalClosure);

    public void Abort()
    {
        // When the read loop is over, the request ends by itself. Aborting it would take back what has just been written, the close frame above all.
        if (_over)
        {
            return;
        }

        _output.End();

        request.Abort();
    }

    public async Task RunAsync(ITransportReceiver receiver)
    {
        _output.OnDrained(() => receiver.OnWritable(this));
        receiver.OnWritable(this); // what was sent before this line may have gone out before it, with nobody to tell
        TransportException? failure = null;
        try
        {
            while (await ReceiveAsync().ConfigureAwait(false))
            {
                await receiver.OnReadableAsync(this).ConfigureAwait(false);
            }

            _output.Close(AnswerTo(webSocket.CloseStatus));
            await _output.WhenDrainedAsync().ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            failure = exception;
        }
        catch (WebSocketException exception) when (exception.WebSocketErrorCode == WebSocketError.Faulted)
        {
            failure = new TransportException("The client broke the rules of WebSockets.", exception); // it has been told already
        }
        catch (Exception exception) when (BrokenConnection.Caused(exception))
        {
            // A connection that broke.
        }

        _over = true;
        receiver.OnClosed(this, failure);
        await FinishAsync(failure is not null).ConfigureAwait(false);
        request.OnEnded();
    }

    // The code of the question. "No code" cannot be answered in kind: ASP.NET Core would write it out as 1005, which must not stand in a frame.
    private static WebSocketCloseStatus AnswerTo(WebSocketCloseStatus? status) =>
        status is null or WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : status.Value;

    /// <summary>Nothing may write to the WebSocket once the request is over. A client that is refused gets time to see why.</summary>
    private async Task FinishAsync(bool lingers)
    {
        if (lingers)
        {
            using var limit = new CancellationTokenSource(Lingering.Limit, time);
            try
            {
                await _output.WhenDrainedAsync().WaitAsync(limit.Token).ConfigureAwait(false);
                while (webSocket.State == WebSocketState.CloseSent && (await webSocket.ReceiveAsync(_buffer.AsMemory(), limit.Token).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
            catch (Exception exception) when (BrokenConnection.Caused(exception))
            {
                // It has gone, or its time is over.
            }
        }

        _output.End();
        Task drained = _output.WhenDrainedAsync();
        if (!drained.IsCompleted)
        {
            request.Abort();
            await drained.ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ReceiveAsync()
    {
        // Waits without taking anything, so that the size of a message is known before a larger buffer is.
        ValueWebSocketReceiveResult part = await webSocket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None).ConfigureAwait(false);
        if (part.MessageType == WebSocketMessageType.Close)
        {
            return false;
        }

        byte[] message = _buffer;
        int length = part.Count;
        while (!part.EndOfMessage)
        {
            ThrowIfTooBig(length);
            if (length == message.Length)
            {
                Array.Resize(ref message, Math.Min(message.Length * 2, maxMessageBytes + 1));
            }

            part = await webSocket.ReceiveAsync(message.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return false; // within a message, which is never going to be whole
            }

            length += part.Count;
        }

        ThrowIfTooBig(length);
        _received = TransportMessage.Create(part.MessageType == WebSocketMessageType.Binary, message.AsMemory(0, length));
        return true;
    }

    private void ThrowIfTooBig(int length)
    {
        if (length <= maxMessageBytes)
        {
            return;
        }

        _output.Close(WebSocketCloseStatus.MessageTooBig);
        throw new TransportException("The message is larger than the server accepts.");
    }
}

using System.Net.WebSockets;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A WebSocket of ASP.NET Core itself: for connections with permessage-deflate, and for servers that give no stream (TestServer).</summary>
/// <remarks>Reading is confined to <see cref="RunAsync"/>; sending is guarded by <c>_gate</c>.</remarks>
internal sealed class FrameworkWebSocketTransport(WebSocket webSocket, int maxMessageBytes, bool base64, TimeProvider time, Action abort) : ITransport
{
    private const int DeflateThreshold = 1024;

    // How long a client may take to answer a close frame that told it of a violation.
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly List<EncodedPacket> _waiting = [];
    private readonly byte[] _buffer = new byte[4096];
    private TransportMessage? _received;
    private Action? _drained;
    private Task _drain = Task.CompletedTask;
    private WebSocketCloseStatus _closeStatus = WebSocketCloseStatus.NormalClosure;
    private long _waitingBytes;
    private long _flyingBytes;
    private bool _draining;
    private bool _closing;
    private bool _ended;
    private volatile bool _over;

    public string Name => TransportNames.WebSocket;

    public bool CanSend
    {
        get
        {
            lock (_gate)
            {
                return !_draining && !_closing && !_ended;
            }
        }
    }

    public long UnsentBytes
    {
        get
        {
            lock (_gate)
            {
                return _waitingBytes + _flyingBytes;
            }
        }
    }

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        lock (_gate)
        {
            if (_ended || _closing)
            {
                return;
            }

            foreach (EncodedPacket packet in packets)
            {
                EncodedPacket kept = packet;
                if (base64)
                {
                    kept = Base64Form.Of(packet);
                }
                else
                {
                    packet.Retain();
                }

                _waiting.Add(kept);
                _waitingBytes += kept.Length;
            }

            StartLocked();
        }
    }

    public bool TryRead(out TransportMessage message)
    {
        message = _received.GetValueOrDefault();
        bool found = _received is not null;
        _received = null;
        return found;
    }

    public void Close() => Close(WebSocketCloseStatus.NormalClosure);

    public void Abort()
    {
        // When the read loop is over, the request ends by itself. Aborting it would take back what has just been written, the close frame above all.
        if (_over)
        {
            return;
        }

        lock (_gate)
        {
            _ended = true;
        }

        abort();
    }

    internal async Task RunAsync(ITransportReceiver receiver)
    {
        _drained = () => receiver.OnWritable(this);
        receiver.OnWritable(this); // what was sent before this line may have gone out before it, with nobody to tell
        TransportException? failure = null;
        try
        {
            while (await ReceiveAsync().ConfigureAwait(false))
            {
                await receiver.OnReadableAsync(this).ConfigureAwait(false);
            }

            Close(AnswerTo(webSocket.CloseStatus));
            await WhenDrainedAsync().ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            failure = exception;
        }
        catch (WebSocketException exception) when (exception.WebSocketErrorCode == WebSocketError.Faulted)
        {
            failure = new TransportException("The client broke the rules of WebSockets.", exception); // it has been told already
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            // A connection that broke.
        }

        _over = true;
        receiver.OnClosed(this, failure);
        await FinishAsync(failure is not null).ConfigureAwait(false);
    }

    // The code of the question. "No code" cannot be answered in kind: ASP.NET Core would write it out as 1005, which must not stand in a frame.
    private static WebSocketCloseStatus AnswerTo(WebSocketCloseStatus? status) =>
        status is null or WebSocketCloseStatus.Empty ? WebSocketCloseStatus.NormalClosure : status.Value;

    private static bool IsBroken(Exception exception) =>
        exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    private void Close(WebSocketCloseStatus status)
    {
        lock (_gate)
        {
            if (!_closing)
            {
                _closing = true;
                _closeStatus = status;
                StartLocked();
            }
        }
    }

    private Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            return _drain;
        }
    }

    /// <summary>Nothing may write to the WebSocket once the request is over. A client that is refused gets time to see why.</summary>
    private async Task FinishAsync(bool lingers)
    {
        if (lingers)
        {
            using var limit = new CancellationTokenSource(s_lingerTime, time);
            try
            {
                await WhenDrainedAsync().WaitAsync(limit.Token).ConfigureAwait(false);
                while (webSocket.State == WebSocketState.CloseSent && (await webSocket.ReceiveAsync(_buffer.AsMemory(), limit.Token).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
                {
                }
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                // It has gone, or its time is over.
            }
        }

        lock (_gate)
        {
            _ended = true;
        }

        Task drained = WhenDrainedAsync();
        if (!drained.IsCompleted)
        {
            abort();
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
        if (length > maxMessageBytes)
        {
            Close(WebSocketCloseStatus.MessageTooBig);
            throw new TransportException("The message is larger than the server accepts.");
        }
    }

    private void StartLocked()
    {
        if (!_draining)
        {
            _draining = true;
            _drain = DrainAsync();
        }
    }

    private async Task DrainAsync()
    {
        await Task.Yield(); // never on the thread of the sender: compressing takes time
        while (TryTake(out EncodedPacket[] packets, out bool close))
        {
            try
            {
                foreach (EncodedPacket packet in packets)
                {
                    await SendAsync(packet).ConfigureAwait(false);
                }

                if (close)
                {
                    await CloseOutputAsync(_closeStatus).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                lock (_gate)
                {
                    _ended = true; // The read loop sees the same end and reports it.
                }
            }

            Array.ForEach(packets, static packet => packet.Release());
        }
    }

    private async ValueTask SendAsync(EncodedPacket packet)
    {
        foreach (EncodedMessage message in packet.Messages)
        {
            WebSocketMessageFlags flags = WebSocketMessageFlags.EndOfMessage;
            if (!packet.Compress || message.Data.Length < DeflateThreshold)
            {
                flags |= WebSocketMessageFlags.DisableCompression;
            }

            await webSocket.SendAsync(message.Data, message.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, flags, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async ValueTask CloseOutputAsync(WebSocketCloseStatus status)
    {
        if (webSocket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await webSocket.CloseOutputAsync(status, null, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private bool TryTake(out EncodedPacket[] packets, out bool close)
    {
        bool notify;
        lock (_gate)
        {
            packets = [.. _waiting];
            close = _closing && !_ended;
            _waiting.Clear();
            _flyingBytes = _waitingBytes;
            _waitingBytes = 0;
            _ended |= close;
            if (packets.Length > 0 || close)
            {
                return true;
            }

            _draining = false;
            notify = !_ended && !_closing;
        }

        if (notify)
        {
            _drained?.Invoke();
        }

        return false;
    }
}

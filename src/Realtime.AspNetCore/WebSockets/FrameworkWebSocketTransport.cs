using System.Net.WebSockets;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A WebSocket of ASP.NET Core itself: for connections with permessage-deflate, and for servers that give no stream (TestServer).</summary>
/// <remarks>Reading is confined to <see cref="RunAsync"/>; sending is guarded by <c>_gate</c>.</remarks>
internal sealed class FrameworkWebSocketTransport(WebSocket webSocket, int maxMessageBytes, TimeProvider time, Action abort) : ITransport
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
    private long _waitingBytes;
    private bool _draining;
    private bool _closing;
    private bool _ended;
    private volatile bool _lingering;

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
                return _waitingBytes;
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
                packet.Retain();
                _waiting.Add(packet);
                _waitingBytes += packet.Length;
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

    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            StartLocked();
        }
    }

    public void Abort()
    {
        lock (_gate)
        {
            _ended = true;
        }

        if (!_lingering)
        {
            abort();
        }
    }

    internal async Task RunAsync(ITransportReceiver receiver)
    {
        _drained = () => receiver.OnWritable(this);
        Exception? failure = null;
        try
        {
            while (await ReceiveAsync().ConfigureAwait(false))
            {
                await receiver.OnReadableAsync(this).ConfigureAwait(false);
            }
        }
        catch (TransportException exception)
        {
            failure = exception;
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // A connection that broke.
        }

        receiver.OnClosed(this, failure);
        Close();
        await _drain.ConfigureAwait(false);
        if (_lingering)
        {
            await LingerAsync().ConfigureAwait(false);
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
            if (length > maxMessageBytes)
            {
                throw await RefuseAsync().ConfigureAwait(false);
            }

            if (length == message.Length)
            {
                Array.Resize(ref message, Math.Min(message.Length * 2, maxMessageBytes + 1));
            }

            part = await webSocket.ReceiveAsync(message.AsMemory(length), CancellationToken.None).ConfigureAwait(false);
            length += part.Count;
        }

        if (length > maxMessageBytes)
        {
            throw await RefuseAsync().ConfigureAwait(false);
        }

        _received = TransportMessage.Create(part.MessageType == WebSocketMessageType.Binary, message.AsMemory(0, length));
        return true;
    }

    private async ValueTask<TransportException> RefuseAsync()
    {
        _lingering = true;
        await CloseOutputAsync(WebSocketCloseStatus.MessageTooBig).ConfigureAwait(false);
        return new TransportException("The message is larger than the server accepts.");
    }

    /// <summary>Reads and drops what the client still sends until it has seen why it is refused: an abort can overtake the close frame.</summary>
    private async Task LingerAsync()
    {
        using var limit = new CancellationTokenSource(s_lingerTime, time);
        try
        {
            while ((await webSocket.ReceiveAsync(_buffer.AsMemory(), limit.Token).ConfigureAwait(false)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // It has broken off, or takes too long. Either way it was told.
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
                    await CloseOutputAsync(WebSocketCloseStatus.Empty).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
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
        lock (_gate)
        {
            packets = [.. _waiting];
            close = _closing && !_ended;
            _waiting.Clear();
            _waitingBytes = 0;
            _ended |= close;
            if (packets.Length > 0 || close)
            {
                return true;
            }

            _draining = false;
        }

        _drained?.Invoke();
        return false;
    }
}

using System.Net.WebSockets;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Writes to a WebSocket of ASP.NET Core, which takes one message at a time. What comes meanwhile waits here.</summary>
/// <remarks>Guarded by <c>_gate</c>, which is not held while the WebSocket sends.</remarks>
internal sealed class FrameworkWebSocketOutput(WebSocket webSocket, bool base64)
{
    // Below it compression costs more than it saves; the threshold of Node's server.
    private const int DeflateThreshold = 1024;

    private readonly Lock _gate = new();
    private readonly List<EncodedPacket> _waiting = [];
    private Action? _drained;
    private Task _drain = Task.CompletedTask;
    private WebSocketCloseStatus _closeStatus = WebSocketCloseStatus.NormalClosure;
    private long _waitingBytes;
    private long _flyingBytes;
    private bool _draining;
    private bool _closing;
    private bool _ended;

    /// <summary>Gets a value indicating whether everything so far has gone out.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_draining && !_closing && !_ended;
            }
        }
    }

    internal long UnsentBytes
    {
        get
        {
            lock (_gate)
            {
                return _waitingBytes + _flyingBytes;
            }
        }
    }

    /// <summary>Sets what is called when what waited has gone out.</summary>
    internal void OnDrained(Action drained) => _drained = drained;

    internal void Write(ReadOnlySpan<EncodedPacket> packets)
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

    /// <summary>Closes our direction behind what waits.</summary>
    internal void Close(WebSocketCloseStatus status)
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

    /// <summary>Nothing is taken any more.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }

    /// <summary>Waits until what was written has gone out, or cannot go out any more.</summary>
    internal Task WhenDrainedAsync()
    {
        lock (_gate)
        {
            return _drain;
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
            catch (Exception exception) when (BrokenConnection.Caused(exception))
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

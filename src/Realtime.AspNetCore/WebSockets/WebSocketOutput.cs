using System.Buffers;
using System.Net.Sockets;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Writes frames to a client: straight to the socket without blocking where it can, else to the stream. What the client does not take yet waits here.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>; held during a non-blocking send, so that control frames of the read loop cannot cut into a message. The socket is used only after
/// <see cref="UseSocket"/>: until then bytes of the opening handshake may still be on their way through the web server, and would be overtaken. From then on
/// only the socket is used.
/// </remarks>
internal sealed class WebSocketOutput(Stream stream, Socket? socket)
{
    // A client that sends pings and reads nothing must not fill our memory with pongs.
    private const int MaxControlBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private IOutputObserver? _observer;
    private byte[]? _waiting;
    private int _waitingLength;
    private int _flyingLength;
    private int _streamWrites;
    private bool _draining;
    private bool _decided;
    private bool _direct;
    private bool _ended;
    private bool _dropping;
    private Task _drain = Task.CompletedTask;

    /// <summary>Gets a value indicating whether everything so far has gone out.</summary>
    internal bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_draining && !_ended;
            }
        }
    }

    /// <summary>Gets the number of bytes that have not gone out yet: those that wait and those that are being written.</summary>
    internal long UnsentBytes
    {
        get
        {
            lock (_gate)
            {
                return (long)_waitingLength + _flyingLength;
            }
        }
    }

    /// <summary>Sets who is told when what waited has gone out.</summary>
    internal void Observe(IOutputObserver observer) => _observer = observer;

    /// <summary>The client has sent its first bytes: the choice between socket and stream is made, for good.</summary>
    /// <remarks>
    /// The bytes prove that the client has the opening handshake and the open frame that it answers. They prove nothing about anything that was written behind
    /// that: a finished write to the stream may still stand in the web server's own buffer, where the socket would overtake it.
    /// </remarks>
    internal void UseSocket()
    {
        lock (_gate)
        {
            if (_decided)
            {
                return;
            }

            _decided = true;
            if (socket is not null && !_draining && _streamWrites <= 1)
            {
                socket.Blocking = false;
                _direct = true;
            }
        }
    }

    internal void Write(ReadOnlySpan<EncodedPacket> packets)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (packets.Length == 1)
            {
                WriteLocked(packets[0].WebSocketForm.Span);
                return;
            }

            foreach (EncodedPacket packet in packets)
            {
                AppendLocked(packet.WebSocketForm.Span);
            }

            SendWaitingLocked();
        }
    }

    /// <summary>Writes a control frame between messages.</summary>
    internal void WriteControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[WebSocketFrameHeader.MaxLength + 125];
        int header = WebSocketFrameHeader.Write(frame, opcode, payload.Length);
        payload.CopyTo(frame[header..]);
        lock (_gate)
        {
            if (!_ended && (opcode == WebSocketOpcode.Close || _waitingLength < MaxControlBytes || !_draining))
            {
                WriteLocked(frame[..(header + payload.Length)]);
            }

            // Nothing may follow a close frame.
            _ended |= opcode == WebSocketOpcode.Close;
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

    /// <summary>Drops what waits; nothing is written any more.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _ended = true;
            _dropping = true;
            if (!_draining)
            {
                ReleaseWaitingLocked();
            }
        }
    }

    private void WriteLocked(ReadOnlySpan<byte> bytes)
    {
        int sent = _draining || _waitingLength > 0 ? 0 : SendNowLocked(bytes);
        if (sent < bytes.Length)
        {
            AppendLocked(bytes[sent..]);
            SendWaitingLocked();
        }
    }

    private void SendWaitingLocked()
    {
        if (_draining)
        {
            return;
        }

        int sent = SendNowLocked(_waiting.AsSpan(0, _waitingLength));
        if (sent == _waitingLength)
        {
            ReleaseWaitingLocked();
            return;
        }

        _draining = true;
        _drain = DrainAsync(sent);
    }

    private int SendNowLocked(ReadOnlySpan<byte> bytes)
    {
        if (!_direct)
        {
            return 0;
        }

        int sent = 0;
        try
        {
            while (sent < bytes.Length)
            {
                // The overload with an error code: a full buffer is no exception, and a dead socket is found by the read loop.
                sent += socket!.Send(bytes[sent..], SocketFlags.None, out SocketError error);
                if (error != SocketError.Success)
                {
                    break;
                }
            }
        }
        catch (ObjectDisposedException)
        {
            // The web server has closed the connection and the read loop is about to see it. Whoever sends must not.
        }

        return sent;
    }

    private async Task DrainAsync(int offset)
    {
        bool wasAsynchronous = false;
        while (TryTakeWaiting(offset, out byte[] bytes, out int length, wasAsynchronous))
        {
            ValueTask written = WriteAsync(bytes.AsMemory(offset, length - offset));
            wasAsynchronous |= !written.IsCompletedSuccessfully;
            try
            {
                await written.ConfigureAwait(false);
            }
            catch (Exception exception) when (BrokenConnection.Caused(exception))
            {
                End();
                _observer?.OnBroken();
            }

            offset = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!_direct)
        {
            _streamWrites++; // one drain at a time, and read only while none runs
            await stream.WriteAsync(bytes).ConfigureAwait(false);
            return;
        }

        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket!.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
        }
    }

    private bool TryTakeWaiting(int offset, out byte[] bytes, out int length, bool notify)
    {
        lock (_gate)
        {
            if (_dropping)
            {
                ReleaseWaitingLocked();
            }

            bytes = _waiting!;
            length = _waitingLength;
            _flyingLength = Math.Max(0, length - offset);
            if (length > 0)
            {
                _waiting = null;
                _waitingLength = 0;
                return true;
            }

            _draining = false;
            notify &= !_ended;
        }

        if (notify)
        {
            _observer?.OnDrained();
        }

        return false;
    }

    private void AppendLocked(ReadOnlySpan<byte> bytes)
    {
        int needed = _waitingLength + bytes.Length;
        if (_waiting is null || _waiting.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _waitingLength * 2));
            _waiting.AsSpan(0, _waitingLength).CopyTo(larger);
            if (_waiting is not null)
            {
                ArrayPool<byte>.Shared.Return(_waiting);
            }

            _waiting = larger;
        }

        bytes.CopyTo(_waiting.AsSpan(_waitingLength));
        _waitingLength = needed;
    }

    private void ReleaseWaitingLocked()
    {
        if (_waiting is not null)
        {
            ArrayPool<byte>.Shared.Return(_waiting);
            _waiting = null;
            _waitingLength = 0;
        }
    }
}

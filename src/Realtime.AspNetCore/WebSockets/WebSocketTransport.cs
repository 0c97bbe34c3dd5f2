using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A WebSocket with a framing of our own, on the stream of an upgraded request and, where there is one, straight on its socket.</summary>
/// <remarks>Reading is confined to <see cref="RunAsync"/>. An idle connection holds no buffer.</remarks>
internal sealed class WebSocketTransport : ITransport
{
    private const int ReadSize = 4096;

    // How long a client may take to answer a close frame that told it of a violation.
    private static readonly TimeSpan s_lingerTime = TimeSpan.FromSeconds(2);

    private readonly Stream _stream;
    private readonly WebSocketOutput _output;
    private readonly Action _abort;
    private readonly TimeProvider _time;
    private readonly bool _base64;
    private WebSocketFrameReader _reader;
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _needed;
    private volatile bool _peerClosed;
    private volatile bool _lingering;
    private volatile bool _over;
    private bool _ponged; // confined to the read loop

    internal WebSocketTransport(Stream stream, Socket? socket, int maxMessageBytes, bool base64, TimeProvider time, Action abort)
    {
        _stream = stream;
        _output = new WebSocketOutput(stream, socket);
        _reader = new WebSocketFrameReader(maxMessageBytes);
        _abort = abort;
        _time = time;
        _base64 = base64;
    }

    public string Name => TransportNames.WebSocket;

    public bool CanSend => _output.IsIdle;

    public long UnsentBytes => _output.UnsentBytes;

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        if (_base64)
        {
            foreach (EncodedPacket packet in packets)
            {
                EncodedPacket text = Base64Form.Of(packet);
                _output.Write([text]);
                text.Release();
            }
        }
        else
        {
            _output.Write(packets);
        }
    }

    public bool TryRead(out TransportMessage message)
    {
        while (!_peerClosed && !_lingering)
        {
            WebSocketRead read = _reader.Read(_buffer.AsMemory(_start, _end - _start));
            _start += read.Consumed;
            switch (read.Status)
            {
                case WebSocketReadStatus.Message when read.Kind is WebSocketOpcode.Text or WebSocketOpcode.Binary:
                    message = TransportMessage.Create(read.Kind == WebSocketOpcode.Binary, read.Payload);
                    return true;
                case WebSocketReadStatus.Message:
                    HandleControl(read.Kind, read.Payload.Span);
                    break;
                case WebSocketReadStatus.Error:
                    throw Refuse(read.Violation!);
                default:
                    _needed = read.Needed;
                    message = default;
                    return false;
            }
        }

        message = default;
        return false;
    }

    public void Close() => _output.WriteControl(WebSocketOpcode.Close, []);

    public void Abort()
    {
        // When the read loop is over, the request ends by itself. Aborting it would take back what has just been written, the close frame above all.
        if (!_lingering && !_over)
        {
            _output.End();
            _abort();
        }
    }

    /// <summary>Reads until either side ends the WebSocket. Completes when the web server may have its connection back.</summary>
    internal async Task RunAsync(ITransportReceiver receiver)
    {
        _output.OnDrained(() => receiver.OnWritable(this));
        receiver.OnWritable(this); // what was sent before this line may have gone out before it, with nobody to tell
        try
        {
            while (!_peerClosed && !_lingering && await ReadAsync().ConfigureAwait(false))
            {
                _output.UseSocket();
                await receiver.OnReadableAsync(this).ConfigureAwait(false);
                Compact();
                if (_ponged)
                {
                    _ponged = false;
                    receiver.OnPong(this);
                }
            }

            if (_lingering)
            {
                await LingerAsync().ConfigureAwait(false);
            }
            else if (_peerClosed)
            {
                await _output.WhenDrainedAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // A connection that broke. Which of the two sides it was does not matter to anybody above.
        }
        finally
        {
            ReleaseBuffer();
            _reader.Release();
            await EndOutputAsync().ConfigureAwait(false);
            receiver.OnClosed(this, null);
        }
    }

    /// <summary>Nothing may write to the stream or the socket once the request is over: the web server uses them for others.</summary>
    private async Task EndOutputAsync()
    {
        _over = true;
        _output.End();
        Task drained = _output.WhenDrainedAsync();
        if (!drained.IsCompleted)
        {
            _abort();
            await drained.ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> ReadAsync()
    {
        if (_buffer is null)
        {
            // Waits without a buffer: most connections are idle most of the time.
            await _stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            _buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        }

        int read = await _stream.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    /// <summary>Keeps what is left of an unfinished frame, in a buffer that grows with what has arrived and not with what a client claims.</summary>
    private void Compact()
    {
        int left = _end - _start;
        if (left == 0)
        {
            ReleaseBuffer();
            return;
        }

        int room = Math.Min(_needed, left * 2);
        if (_buffer!.Length < room || _buffer.Length == left)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(room, left + 1));
            _buffer.AsSpan(_start, left).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, left).CopyTo(_buffer);
        }

        _start = 0;
        _end = left;
    }

    private void ReleaseBuffer()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        _start = _end = 0;
    }

    private void HandleControl(WebSocketOpcode kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case WebSocketOpcode.Ping:
                _output.WriteControl(WebSocketOpcode.Pong, payload);
                break;
            case WebSocketOpcode.Pong:
                _ponged = true;
                break;
            case WebSocketOpcode.Close:
                // The answer carries the code of the question, without its text.
                _output.WriteControl(WebSocketOpcode.Close, payload.Length >= 2 ? payload[..2] : []);
                _peerClosed = true;
                break;
        }
    }

    private TransportException Refuse(WebSocketViolation violation)
    {
        Span<byte> payload = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(payload, violation.CloseCode);
        _output.WriteControl(WebSocketOpcode.Close, payload);
        _lingering = true;
        return new TransportException(violation.Text);
    }

    /// <summary>
    /// Reads and drops what the client still sends until it has seen why it is refused: closing with unread bytes would reset the connection, and a reset
    /// can overtake the close frame.
    /// </summary>
    private async Task LingerAsync()
    {
        using var limit = new CancellationTokenSource(s_lingerTime, _time);
        byte[] buffer = _buffer ??= ArrayPool<byte>.Shared.Rent(ReadSize);
        while (await _stream.ReadAsync(buffer, limit.Token).ConfigureAwait(false) > 0)
        {
        }
    }
}

using System.Buffers.Binary;
using System.IO.Pipelines;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A WebSocket with a framing of our own, on the stream of an upgraded request and, where there are, straight on its pipe and its socket.</summary>
/// <remarks>
/// Reading is confined to <see cref="RunAsync"/>. An idle connection holds no buffer, and one suspended method: what is awaited rarely is in methods of its own,
/// so that the fields for it cost the idle nothing.
/// </remarks>
internal sealed class WebSocketTransport : IWebSocketTransport, IOutputObserver
{
    private readonly Stream _stream;
    private readonly PipeReader? _input;
    private readonly WebSocketOutput _output;
    private readonly IRequestLifetime _request;
    private readonly TimeProvider _time;
    private readonly bool _base64;
    private WebSocketFrameReader _reader;
    private ITransportReceiver? _receiver;
    private ReceiveBuffer _buffer;
    private int _needed;
    private volatile bool _peerClosed;
    private volatile bool _lingering;
    private volatile bool _over;

    internal WebSocketTransport(UpgradedRequest upgraded, int maxMessageBytes, bool base64, TimeProvider time, IRequestLifetime request)
    {
        _stream = upgraded.Stream;
        _input = upgraded.Input;
        _output = new WebSocketOutput(upgraded.Stream, upgraded.Socket);
        _reader = new WebSocketFrameReader(maxMessageBytes);
        _request = request;
        _time = time;
        _base64 = base64;
    }

    public string Name => TransportNames.WebSocket;

    public bool CanSend => _output.IsIdle;

    public long UnsentBytes => _output.UnsentBytes;

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        if (!_base64)
        {
            _output.Write(packets);
            return;
        }

        foreach (EncodedPacket packet in packets)
        {
            EncodedPacket text = Base64Form.Of(packet);
            _output.Write([text]);
            text.Release();
        }
    }

    public bool TryRead(out TransportMessage message)
    {
        while (!_peerClosed && !_lingering)
        {
            WebSocketRead read = _reader.Read(_buffer.Unread);
            _buffer.Consumed(read.Consumed);
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
            _request.Abort();
        }
    }

    public Task RunAsync(ITransportReceiver receiver)
    {
        _receiver = receiver;
        _output.Observe(this);
        receiver.OnWritable(this); // what was sent before this line may have gone out before it, with nobody to tell
        return _input is null ? ReadStreamAsync() : ReadPipeAsync(_input);
    }

    void IOutputObserver.OnDrained() => _receiver!.OnWritable(this);

    // The read loop sees the same end, but not while it waits for handlers; and these may wait for nothing but the end of their client.
    void IOutputObserver.OnBroken() => ThreadPool.UnsafeQueueUserWorkItem(static broken => broken._receiver!.OnClosed(broken, null), this, preferLocal: false);

    /// <summary>Past the HTTP layer of the web server, which has nothing to say any more: two suspended methods less for each connection, and for each message.</summary>
    private async Task ReadPipeAsync(PipeReader input)
    {
        try
        {
            bool more = true;
            while (more)
            {
                ReadResult result = await input.ReadAsync().ConfigureAwait(false);
                if (_buffer.Take(input, in result))
                {
                    await OnReadable().ConfigureAwait(false);
                    more = Continue();
                }
                else
                {
                    more = !result.IsCompleted; // a read that was merely cancelled: the web server does so to wake up what waits for another request
                }
            }
        }
        catch (Exception exception) when (BrokenConnection.Caused(exception))
        {
            // The end, like any other.
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadStreamAsync()
    {
        try
        {
            do
            {
                if (!_buffer.IsRented)
                {
                    // Waits without a buffer: most connections are idle most of the time.
                    _ = await _stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                int read = await _stream.ReadAsync(_buffer.Room).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                _buffer.Added(read);
                await OnReadable().ConfigureAwait(false);
            }
            while (Continue());
        }
        catch (Exception exception) when (BrokenConnection.Caused(exception))
        {
            // As above.
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    private ValueTask OnReadable()
    {
        _output.UseSocket();
        return _receiver!.OnReadableAsync(this);
    }

    private bool Continue()
    {
        _buffer.Compact(_needed);
        return !_peerClosed && !_lingering;
    }

    /// <summary>Ends in order: the close frames reach the other side if it lets them. Nothing may write to the stream or the socket afterwards: the web server uses them for others.</summary>
    private async Task EndAsync()
    {
        try
        {
            if (_lingering)
            {
                _buffer.Release();
                await Lingering.DropAsync(_stream, _buffer.Room, _time).ConfigureAwait(false);
            }
            else if (_peerClosed)
            {
                await _output.WhenDrainedAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (BrokenConnection.Caused(exception))
        {
            // A client that does not wait to be told.
        }

        _buffer.Release();
        _reader.Release();
        _over = true;
        _output.End();
        Task drained = _output.WhenDrainedAsync();
        if (!drained.IsCompleted)
        {
            _request.Abort();
            await drained.ConfigureAwait(false);
        }

        _receiver!.OnClosed(this, null);
        _request.OnEnded();
    }

    private void HandleControl(WebSocketOpcode kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case WebSocketOpcode.Ping:
                _output.WriteControl(WebSocketOpcode.Pong, payload);
                break;
            case WebSocketOpcode.Pong:
                _receiver!.OnPong(this);
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
}

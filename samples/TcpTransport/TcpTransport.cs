using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net.Sockets;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace TcpTransport;

/// <summary>Messages over a plain TCP connection: four bytes of length (big endian), one byte that says text (0) or binary (1), then the message.</summary>
public sealed class TcpTransport : ITransport, IDisposable
{
    private const int HeaderSize = 5;
    private readonly Lock _gate = new();
    private readonly NetworkStream _stream;
    private readonly PipeReader _input;
    private readonly int _maxMessageBytes;
    private readonly List<EncodedPacket> _unsent = [];
    private ITransportReceiver? _receiver;
    private ReadOnlySequence<byte> _received;
    private Task _sending = Task.CompletedTask;
    private bool _isSending;
    private bool _closing;

    public TcpTransport(Socket socket, int maxMessageBytes)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _input = PipeReader.Create(_stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        _maxMessageBytes = maxMessageBytes;
    }

    public string Name => "tcp";

    // While a send is on its way the connection keeps what comes next in its own, bounded queue.
    public bool CanSend
    {
        get
        {
            lock (_gate)
            {
                return !_isSending && !_closing;
            }
        }
    }

    public long UnsentBytes
    {
        get
        {
            lock (_gate)
            {
                return _unsent.Sum(static packet => (long)packet.Length);
            }
        }
    }

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        lock (_gate)
        {
            foreach (EncodedPacket packet in packets)
            {
                packet.Retain(); // kept beyond this call
                _unsent.Add(packet);
            }

            _isSending = true;
        }

        _sending = SendAsync();
    }

    public bool TryRead(out TransportMessage message)
    {
        message = default;
        if (_received.Length < HeaderSize)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[HeaderSize];
        _received.Slice(0, HeaderSize).CopyTo(header);
        int length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length < 0 || length > _maxMessageBytes || header[4] > 1)
        {
            throw new TransportException("A message is larger than the server accepts, or its header is wrong.");
        }

        if (_received.Length < HeaderSize + length)
        {
            return false;
        }

        message = new TransportMessage(isBinary: header[4] == 1, _received.Slice(HeaderSize, length));
        _received = _received.Slice(HeaderSize + length);
        return true;
    }

    // In order: behind everything that was sent.
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            if (_isSending)
            {
                return; // the sender closes when it is done
            }
        }

        ShutDown(SocketShutdown.Send);
    }

    public void Abort() => ShutDown(SocketShutdown.Both);

    public void Dispose() => _stream.Dispose();

    /// <summary>Takes the connection, before anything is sent.</summary>
    public void Attach(ITransportReceiver receiver) => _receiver = receiver;

    /// <summary>Reads until either side ends the connection.</summary>
    public async Task RunAsync()
    {
        ITransportReceiver receiver = _receiver!;
        Exception? cause = null;
        try
        {
            while (true)
            {
                ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
                _received = read.Buffer;
                await receiver.OnReadableAsync(this).ConfigureAwait(false); // no further read before it completes: that is the backpressure
                _input.AdvanceTo(_received.Start, _received.End);
                if (read.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            cause = exception;
        }

        receiver.OnClosed(this, cause);
        await _sending.ConfigureAwait(false);
        await _input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task SendAsync()
    {
        await Task.Yield(); // Send must not block its caller
        try
        {
            foreach (EncodedPacket packet in _unsent)
            {
                foreach (EncodedMessage message in packet.Messages)
                {
                    byte[] header = new byte[HeaderSize];
                    BinaryPrimitives.WriteInt32BigEndian(header, message.Data.Length);
                    header[4] = message.IsBinary ? (byte)1 : (byte)0;
                    await _stream.WriteAsync(header).ConfigureAwait(false);
                    await _stream.WriteAsync(message.Data).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            Abort(); // the read loop sees the end and reports it
        }

        CompleteSend();
    }

    private void CompleteSend()
    {
        bool closing;
        lock (_gate)
        {
            _unsent.ForEach(static packet => packet.Release());
            _unsent.Clear();
            _isSending = false;
            closing = _closing;
        }

        if (closing)
        {
            ShutDown(SocketShutdown.Send);
        }
        else
        {
            _receiver?.OnWritable(this);
        }
    }

    private void ShutDown(SocketShutdown how)
    {
        try
        {
            _stream.Socket.Shutdown(how);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Ended already.
        }
    }
}

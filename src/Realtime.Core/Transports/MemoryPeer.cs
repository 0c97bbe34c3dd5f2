using System.Text;
using System.Threading.Channels;
using Realtime.Core.Framing;

namespace Realtime.Core.Transports;

/// <summary>The client's end of a <see cref="MemoryTransport"/>.</summary>
/// <remarks>Thread-safe. What the server sent waits in a queue without a bound of its own: the server's outbound limit applies while <see cref="Pause"/> holds.</remarks>
public sealed class MemoryPeer
{
    private readonly Lock _gate = new();
    private readonly Queue<EncodedMessage> _sent = new();
    private readonly Channel<EncodedMessage> _received = Channel.CreateUnbounded<EncodedMessage>(new UnboundedChannelOptions { AllowSynchronousContinuations = false });
    private ITransportReceiver? _receiver;
    private Action<EncodedMessage>? _sink;
    private bool _reading;
    private bool _paused;
    private bool _ended;

    internal MemoryPeer(string name) => Transport = new MemoryTransport(this, name);

    /// <summary>Gets the server's end.</summary>
    public MemoryTransport Transport { get; }

    /// <summary>Gets a task that completes when either side has ended the pair.</summary>
    public Task Ended => _received.Reader.Completion;

    internal bool CanReceive
    {
        get
        {
            lock (_gate)
            {
                return !_paused && !_ended;
            }
        }
    }

    /// <summary>Connects the server's end to what accepted it. Messages sent before are delivered now.</summary>
    /// <param name="receiver">What accepted the transport.</param>
    public void Start(ITransportReceiver receiver)
    {
        lock (_gate)
        {
            _receiver = receiver;
        }

        Pump();
    }

    /// <summary>Hands every message from the server to a callback instead of the queue, on the sending thread. Set it before <see cref="Start"/>.</summary>
    /// <param name="sink">The callback; must not block. The bytes are valid only during the call.</param>
    public void OnMessage(Action<EncodedMessage> sink) => _sink = sink;

    /// <summary>Sends a text message to the server.</summary>
    /// <param name="text">The text, with the digit of its frame.</param>
    public void Send(string text) => Send(new EncodedMessage(IsBinary: false, Encoding.UTF8.GetBytes(text)));

    /// <summary>Sends a message to the server.</summary>
    /// <param name="message">The message; its bytes must not change afterwards.</param>
    public void Send(EncodedMessage message)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _sent.Enqueue(message);
        }

        Pump();
    }

    /// <summary>Waits for the next message from the server.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The message.</returns>
    /// <exception cref="ChannelClosedException">The pair has ended and everything was read.</exception>
    public async ValueTask<EncodedMessage> ReceiveAsync(CancellationToken cancellationToken = default) =>
        await _received.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Takes the next message from the server, if one is there.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryReceive(out EncodedMessage message) => _received.Reader.TryRead(out message);

    /// <summary>Stops taking messages from the server, like a peer whose window is closed.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            _paused = true;
        }
    }

    /// <summary>Takes messages again.</summary>
    public void Resume()
    {
        ITransportReceiver? receiver;
        lock (_gate)
        {
            _paused = false;
            receiver = _receiver;
        }

        receiver?.OnWritable(Transport);
    }

    /// <summary>Ends the pair from the client's side.</summary>
    /// <param name="error">What the server's transport reports; <see langword="null"/> is an orderly end.</param>
    public void Close(Exception? error = null)
    {
        if (TryEnd() is { } receiver)
        {
            receiver.OnClosed(Transport, error);
        }
    }

    internal void Deliver(EncodedMessage message)
    {
        if (_sink is { } sink)
        {
            sink(message);
            return;
        }

        _received.Writer.TryWrite(message with { Data = message.Data.ToArray() });
    }

    internal bool TryTakeSent(out EncodedMessage message)
    {
        lock (_gate)
        {
            return _sent.TryDequeue(out message);
        }
    }

    internal void EndFromServer() => TryEnd()?.OnClosed(Transport, null);

    private ITransportReceiver? TryEnd()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return null;
            }

            _ended = true;
        }

        _received.Writer.TryComplete();
        return _receiver;
    }

    private void Pump()
    {
        ITransportReceiver? receiver;
        lock (_gate)
        {
            if (_reading || _receiver is null || _sent.Count == 0)
            {
                return;
            }

            _reading = true;
            receiver = _receiver;
        }

        ValueTask read = receiver.OnReadableAsync(Transport);
        if (read.IsCompleted)
        {
            Continue();
        }
        else
        {
            read.ConfigureAwait(false).GetAwaiter().OnCompleted(Continue);
        }
    }

    private void Continue()
    {
        lock (_gate)
        {
            _reading = false;
        }

        Pump();
    }
}

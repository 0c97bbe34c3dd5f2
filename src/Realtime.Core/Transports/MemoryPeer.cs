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
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITransportReceiver? _receiver;
    private Action<EncodedMessage>? _sink;
    private Exception? _error;
    private long _taken;
    private Task? _pump;
    private bool _reading;
    private bool _paused;
    private bool _ended;

    internal MemoryPeer(string name) => Transport = new MemoryTransport(this, name);

    /// <summary>Gets the server's end.</summary>
    public MemoryTransport Transport { get; }

    /// <summary>Gets a task that completes when either side has ended the pair; what was sent before can still be received.</summary>
    public Task Ended => _end.Task;

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

    /// <summary>Connects the server's end to what accepted it. Messages sent before, and an end that came before, are delivered now.</summary>
    /// <param name="receiver">What accepted the transport.</param>
    public void Start(ITransportReceiver receiver)
    {
        bool ended;
        lock (_gate)
        {
            _receiver = receiver;
            ended = _ended;
        }

        _pump = PumpAsync();
        if (ended)
        {
            receiver.OnClosed(Transport, _error);
        }
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

        _pump = PumpAsync();
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
            receiver = _paused && !_ended ? _receiver : null;
            _paused = false;
        }

        receiver?.OnWritable(Transport);
    }

    /// <summary>Ends the pair from the client's side.</summary>
    /// <param name="error">What the server's transport reports; <see langword="null"/> is an orderly end.</param>
    public void Close(Exception? error = null)
    {
        if (TryEnd(error, farewell: null) is { } receiver)
        {
            receiver.OnClosed(Transport, error);
        }
    }

    internal void Deliver(EncodedMessage message)
    {
        bool ended;
        lock (_gate)
        {
            ended = _ended;
        }

        if (!ended)
        {
            Hand(message);
        }
    }

    internal bool TryTakeSent(out EncodedMessage message)
    {
        lock (_gate)
        {
            bool taken = _sent.TryDequeue(out message);
            _taken += taken ? 1 : 0;
            return taken;
        }
    }

    internal void EndFromServer(EncodedMessage? farewell)
    {
        if (TryEnd(error: null, farewell) is { } receiver)
        {
            receiver.OnClosed(Transport, null);
        }
    }

    private void Hand(EncodedMessage message)
    {
        if (_sink is { } sink)
        {
            sink(message);
            return;
        }

        _received.Writer.TryWrite(message with { Data = message.Data.ToArray() });
    }

    private ITransportReceiver? TryEnd(Exception? error, EncodedMessage? farewell)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return null;
            }

            _ended = true;
            _error = error;
        }

        if (farewell is { } last)
        {
            Hand(last);
        }

        _received.Writer.TryComplete();
        _end.TrySetResult();
        return _receiver;
    }

    // It stops when the receiver takes nothing, as one does that has closed: only another message makes it try again.
    private async Task PumpAsync()
    {
        bool progress = true;
        while (progress && TryBeginReading(out long before) is { } receiver)
        {
            try
            {
                await receiver.OnReadableAsync(Transport).ConfigureAwait(false);
            }
            catch (Exception broken)
            {
                // A receiver promises not to fail. Whoever breaks that promise sees it as the cause of the end.
                Close(broken);
            }

            progress = EndReading(before);
        }
    }

    private ITransportReceiver? TryBeginReading(out long before)
    {
        lock (_gate)
        {
            before = _taken;
            if (_reading || _receiver is null || _sent.Count == 0)
            {
                return null;
            }

            _reading = true;
            return _receiver;
        }
    }

    private bool EndReading(long before)
    {
        lock (_gate)
        {
            _reading = false;
            return _taken > before;
        }
    }
}

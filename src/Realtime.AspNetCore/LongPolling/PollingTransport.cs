using System.Buffers;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.AspNetCore.LongPolling;

/// <summary>HTTP long-polling: one request at a time waits for what the server has to say, another brings what the client has.</summary>
/// <remarks>Guarded by <c>_gate</c>. Between two polls nothing can be sent; it waits in the connection's queue.</remarks>
internal sealed class PollingTransport : ITransport
{
    private static readonly byte[] s_close = "1"u8.ToArray();
    private static readonly byte[] s_noop = "6"u8.ToArray();
    private static readonly byte[] s_noopAndClose = "6\u001e1"u8.ToArray();

    private readonly Lock _gate = new();
    private TaskCompletionSource<PollResponse>? _poll;
    private ITransportReceiver? _receiver;
    private ReadOnlySequence<byte>? _body;
    private CancellationTokenSource? _post;
    private bool _closing;
    private bool _ended;

    public string Name => TransportNames.Polling;

    public bool CanSend
    {
        get
        {
            lock (_gate)
            {
                return _poll is not null && !_ended;
            }
        }
    }

    public long UnsentBytes => 0;

    /// <summary>Connects the transport to the connection that it was accepted as.</summary>
    internal void Attach(ITransportReceiver receiver) => _receiver = receiver;

    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        var body = new ArrayBufferWriter<byte>();
        PollingPayload.Write(packets, body);
        bool compress = false;
        foreach (EncodedPacket packet in packets)
        {
            compress |= packet.Compress;
        }

        Answer(new PollResponse(body.WrittenMemory, compress));
    }

    public bool TryRead(out TransportMessage message) => PollingPayload.TryReadNext(ref _body, out message);

    /// <summary>Tells the client with its poll, or with the next one if none is pending.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closing = true;
            if (_poll is null)
            {
                return;
            }
        }

        Answer(new PollResponse(s_close, Compress: false));
        End();
    }

    public void Abort()
    {
        lock (_gate)
        {
            _ended = true;
        }

        Answer(new PollResponse(s_noop, Compress: false));
    }

    /// <summary>Takes a poll. The task completes when there is something to answer.</summary>
    /// <returns><see langword="null"/> when another poll is pending already: the client broke the protocol, and the connection is closed.</returns>
    internal Task<PollResponse>? BeginPoll()
    {
        TaskCompletionSource<PollResponse>? poll = null;
        bool closes;
        lock (_gate)
        {
            closes = _closing || _ended;
            if (!closes && _poll is null)
            {
                poll = _poll = new TaskCompletionSource<PollResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (closes)
        {
            End();
            return Task.FromResult(new PollResponse(s_noopAndClose, Compress: false));
        }

        if (poll is null)
        {
            Answer(new PollResponse(s_close, Compress: false));
            Fail("A second poll came while one was pending.");
            return null;
        }

        _receiver?.OnWritable(this);
        return poll.Task;
    }

    /// <summary>The client took its poll back, and with it what was on its way.</summary>
    internal void OnPollAborted(Task<PollResponse> poll)
    {
        TaskCompletionSource<PollResponse> aborted;
        lock (_gate)
        {
            if (_poll?.Task != poll)
            {
                return;
            }

            aborted = _poll;
            _poll = null;
        }

        aborted.TrySetCanceled();
        Fail("The poll was closed by the client.");
    }

    /// <summary>Begins to receive a body.</summary>
    /// <param name="broken">Tells the request that another one came meanwhile. It ends itself: from outside, the next request on its connection could be hit.</param>
    /// <returns><see langword="false"/> when one is being received already: the client broke the protocol, and the connection is closed.</returns>
    internal bool TryBeginPost(CancellationTokenSource broken)
    {
        CancellationTokenSource? other;
        lock (_gate)
        {
            other = _post;
            _post ??= broken;
        }

        if (other is null)
        {
            return true;
        }

        other.Cancel();
        Fail("A second body came while one was being received.");
        return false;
    }

    internal void EndPost()
    {
        lock (_gate)
        {
            _post = null;
        }
    }

    /// <summary>Hands a body to the connection.</summary>
    /// <returns>A task that completes when its packets have been taken.</returns>
    internal async ValueTask ReceiveAsync(ReadOnlySequence<byte> body)
    {
        _body = body;
        await _receiver!.OnReadableAsync(this).ConfigureAwait(false);
        _body = null;
    }

    /// <summary>The client broke the rules of polling, or its request broke off.</summary>
    internal void Fail(string message) => _receiver?.OnClosed(this, new TransportException(message));

    private void End()
    {
        lock (_gate)
        {
            _ended = true;
        }

        _receiver?.OnClosed(this, null);
    }

    private void Answer(PollResponse response)
    {
        TaskCompletionSource<PollResponse>? poll;
        lock (_gate)
        {
            poll = _poll;
            _poll = null;
        }

        poll?.TrySetResult(response);
    }
}

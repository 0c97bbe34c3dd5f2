using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Polly;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;

namespace Realtime.Redis.Backplane;

/// <summary>Publishes what waits, in its order: one call of the script at a time carries everything that has gathered meanwhile.</summary>
/// <remarks>
/// Thread-safe. A call whose answer is lost is repeated under the same number, and does nothing then when it had been done. The queue is bounded: who publishes beyond it waits for room.
/// What Redis has not taken in time is given up.
/// </remarks>
internal sealed class PublishQueue(
    NamespacePath path, RedisBackplaneOptions options, Func<long, IReadOnlyList<WaitingPublication>, CancellationToken, Task<byte[]>> publish, MessageSequence sequence, OwnCalls calls,
    MessageSeal seal, ResiliencePipeline patient, TimeProvider timeProvider, ILogger logger) : IAsyncDisposable
{
    private const int MaxPublications = 256; // of one call: a millisecond of Redis or two
    private const int MaxBytes = 256 * 1024; // of one call

    private readonly Channel<WaitingPublication> _waiting = Channel.CreateBounded<WaitingPublication>(
        new BoundedChannelOptions(options.MaxWaitingPublications) { SingleReader = true });

    private Task _running = Task.CompletedTask;
    private WaitingPublication? _next;
    private long _call;

    internal void Start() => _running = RunAsync();

    /// <summary>Publishes.</summary>
    /// <exception cref="BackplaneUnavailableException">Redis has not taken it in time.</exception>
    internal async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        long deadline = timeProvider.GetTimestamp() + (long)(options.PublishTimeout.TotalSeconds * timeProvider.TimestampFrequency);
        var waiting = new WaitingPublication(publication, seal, deadline);
        if (!_waiting.Writer.TryWrite(waiting))
        {
            await WriteAsync(waiting, cancellationToken).ConfigureAwait(false);
        }

        return await waiting.Completion.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(WaitingPublication waiting, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.PublishTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _waiting.Writer.WriteAsync(waiting, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new BackplaneUnavailableException($"{options.MaxWaitingPublications} publications wait for Redis: there is no room for another one.");
        }
        catch (ChannelClosedException exception)
        {
            throw new BackplaneUnavailableException("The backplane has stopped.", exception);
        }
    }

    private async Task RunAsync()
    {
        while (_next is not null || await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            List<WaitingPublication> batch = Take();
            long call = ++_call;
            calls.Add(call, batch);
            try
            {
                Complete(call, batch, await CallAsync(call, batch).ConfigureAwait(false));
            }
#pragma warning disable CA1031 // Whoever has published is told; the next ones are tried.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                calls.Remove(call);
                RedisBackplaneLog.PublishGivenUp(logger, exception, batch.Count, path.Value);
                batch.ForEach(given => given.Completion.TrySetException(new BackplaneUnavailableException("Redis has not taken the publication in time. It may have, without saying so.", exception)));
            }
        }
    }

    private List<WaitingPublication> Take()
    {
        var batch = new List<WaitingPublication>();
        int bytes = 0;
        while (batch.Count < MaxPublications && (_next is not null || _waiting.Reader.TryRead(out _next)))
        {
            bytes += _next.Body.Length;
            if (batch.Count > 0 && bytes > MaxBytes)
            {
                break; // it is the first of the next call
            }

            batch.Add(_next);
            _next = null;
        }

        return batch;
    }

    // The oldest decides: what came later has the same outage to wait for, and a call is repeated as it was.
    private async Task<byte[]> CallAsync(long call, List<WaitingPublication> batch)
    {
        TimeSpan left = timeProvider.GetElapsedTime(timeProvider.GetTimestamp(), batch[0].Deadline);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.FromMilliseconds(1), timeProvider);
        return await patient.ExecuteAsync(async token => await publish(call, batch, token).WaitAsync(token).ConfigureAwait(false), limit.Token).ConfigureAwait(false);
    }

    private void Complete(long call, List<WaitingPublication> batch, byte[] answer)
    {
        var input = new ByteReader(answer);
        long own = input.ReadInt64();
        foreach (WaitingPublication publication in batch)
        {
            PublishResult result = PlacedBlock.ReadResult(ref input);
            _ = CompleteAsync(own, publication, result);
        }

        if (own > 0)
        {
            _ = ForgetAsync(call, own);
        }
        else
        {
            calls.Remove(call); // nothing of it comes back here
        }
    }

    private async Task CompleteAsync(long own, WaitingPublication publication, PublishResult result)
    {
        try
        {
            if (own > 0)
            {
                await ReturnAsync(own, publication.Deadline).ConfigureAwait(false);
                await (publication.Sending ?? Task.CompletedTask).ConfigureAwait(false);
            }

            publication.Completion.TrySetResult(result);
        }
#pragma warning disable CA1031 // It is told to who has published.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            publication.Completion.TrySetException(exception);
        }
    }

    // Redis has it. Whoever has published is not kept waiting for a Redis that went away right after.
    private async Task ReturnAsync(long own, long deadline)
    {
        TimeSpan left = timeProvider.GetElapsedTime(timeProvider.GetTimestamp(), deadline);
        try
        {
            await sequence.WaitAsync(own).WaitAsync(left > options.FillTimeout ? left : options.FillTimeout, timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new BackplaneUnavailableException("Redis has taken the publication, but has not brought it back to this node in time. Its clients get it when Redis is there again.", exception);
        }
    }

    private async Task ForgetAsync(long call, long own)
    {
        try
        {
            await sequence.WaitAsync(own).ConfigureAwait(false);
        }
        catch (BackplaneUnavailableException)
        {
            // stopped
        }

        calls.Remove(call);
    }
}

using Realtime.Core.Protocol;
using Realtime.Core.Timing;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>One message whose handler runs under a claim: what it answers is kept first and sent then.</summary>
/// <remarks>
/// Thread-safe. While the handler runs, the claim is renewed. When the store refuses the answer or fails, the client gets it all the same: the handler has run, and
/// the true answer is worth more to the client than to be told that it would be a different one if it asked again.
/// </remarks>
internal sealed class OnceCall(NamespaceEnvironment environment, EventContext context, string key, long fence) : WheelEntry
{
    private volatile byte[]? _answer;
    private volatile bool _isOver; // a renewal that has begun must not schedule the next
    private int _taken;

    /// <summary>Gets what completes when the answer is kept and sent.</summary>
    internal Task Settled { get; private set; } = Task.CompletedTask;

    internal bool IsAnswered => Volatile.Read(ref _taken) != 0;

    internal bool TryTakeAnswer() => Interlocked.Exchange(ref _taken, 1) == 0;

    internal void StartRenewing() => environment.Wheel.Schedule(this, environment.Idempotency.Lease / 3);

    internal void StopRenewing()
    {
        _isOver = true;
        environment.Wheel.Cancel(this);
    }

    /// <summary>Keeps the answer, then sends it. Whoever calls has taken it.</summary>
    internal void Answer(EventPayload payload)
    {
        _answer = AnswerRecord.Write(payload);
        Settled = AnswerAsync(payload, _answer);
    }

    /// <summary>The handler has ended and not answered. It may do so later; until then who asks again is told nothing either.</summary>
    internal async ValueTask KeepNothingAsync()
    {
        await KeepAsync([]).ConfigureAwait(false);
        if (_answer is { } later)
        {
            await KeepAsync(later).ConfigureAwait(false); // it may have been written before nothing was
        }
    }

    /// <summary>The handler stopped because its client is gone.</summary>
    /// <param name="isUnknown">Whether that counts as an outcome that nobody knows; otherwise a repetition runs the handler again.</param>
    internal async ValueTask AbandonAsync(bool isUnknown)
    {
        if (isUnknown)
        {
            await KeepAsync(AnswerRecord.Write(OnceGuard.Unknown.ToAck())).ConfigureAwait(false);
        }
        else
        {
            await environment.Results.ReleaseAsync(key, fence, CancellationToken.None).ConfigureAwait(false);
        }
    }

    protected internal override void OnDue() => _ = RenewAsync(); // never fails; a store that is another process gives the thread back while it is asked

    private async Task AnswerAsync(EventPayload payload, byte[] record)
    {
        StopRenewing();
        await KeepAsync(record).ConfigureAwait(false);
        context.SendAnswer(payload);
    }

    private async ValueTask KeepAsync(byte[] record)
    {
        try
        {
            if (!await environment.Results.CompleteAsync(key, fence, record, CancellationToken.None).ConfigureAwait(false))
            {
                NamespaceLog.ClaimLost(environment.Logger, context.EventName, context.Socket.Owner.Path.Value, context.Socket.Id);
            }
        }
#pragma warning disable CA1031 // A store of the application that fails must not fail a handler that has run.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.StoreFailed(environment.Logger, exception, context.EventName, context.Socket.Owner.Path.Value, context.Socket.Id);
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            if (!await environment.Results.RenewAsync(key, fence, environment.Idempotency.Lease, CancellationToken.None).ConfigureAwait(false))
            {
                return; // completed meanwhile, or taken over, which is told when the answer is kept
            }
        }
#pragma warning disable CA1031 // Tried again in time: a lease takes two failures.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.StoreFailed(environment.Logger, exception, context.EventName, context.Socket.Owner.Path.Value, context.Socket.Id);
        }

        if (!_isOver)
        {
            StartRenewing();
        }
    }
}

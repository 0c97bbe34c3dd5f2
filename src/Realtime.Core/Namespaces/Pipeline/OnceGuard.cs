using Realtime.Core.Diagnostics;
using Realtime.Core.Idempotency;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Runs the handler of one event once for each key, and answers repetitions with what it answered.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class OnceGuard(NamespaceEnvironment environment, Func<EventContext, object?, string?> key, bool isAtMostOnce)
{
    private static readonly PayloadError s_noKey = new("$", "The event needs an idempotency key.");
    private static readonly EventRefusal s_full = new(ErrorCode.BufferFull, "The server keeps as many results as it may. Try again later.");
    private readonly PayloadError _longKey = new("$", $"The idempotency key has more than {environment.Idempotency.MaxKeyLength} characters.");

    internal static EventRefusal Unknown { get; } = new(ErrorCode.OutcomeUnknown, "The event was begun before, and nobody knows how that ended. It was not handled again.");

    internal async ValueTask RunAsync(EventContext context, object? payload, Func<ValueTask> handler)
    {
        if (!TryFindKey(context, payload, out string scoped))
        {
            return;
        }

        IdempotencyClaim claim = await ClaimAsync(context, scoped).ConfigureAwait(false);
        switch (claim.State)
        {
            case IdempotencyState.Claimed:
                await RunClaimedAsync(context, new OnceCall(environment, context, scoped, claim.Fence), handler).ConfigureAwait(false);
                break;
            case IdempotencyState.Completed when AnswerRecord.Read(claim.Result) is { } answer:
                context.AckPayload(answer);
                break;
            case IdempotencyState.Completed:
                break; // Its handler answered nothing, or has not yet.
            case IdempotencyState.Unknown:
                Refuse(context, Unknown);
                break;
            default:
                Refuse(context, s_full);
                break;
        }
    }

    private async ValueTask<IdempotencyClaim> ClaimAsync(EventContext context, string scoped)
    {
        TimeSpan lease = environment.Idempotency.Lease;
        while (true)
        {
            // Not cancelled with the client: a claim that was made and not known of would be unknown for ever.
            IdempotencyClaim claim = await environment.Results.ClaimAsync(scoped, lease, takeOver: !isAtMostOnce, CancellationToken.None).ConfigureAwait(false);
            if (claim.State != IdempotencyState.Running)
            {
                return claim;
            }

            await environment.Results.WaitAsync(scoped, claim.Fence, lease, context.Disconnected).ConfigureAwait(false);
        }
    }

    private async ValueTask RunClaimedAsync(EventContext context, OnceCall call, Func<ValueTask> handler)
    {
        context.Keep(call);
        try
        {
            ValueTask running = handler();
            if (!running.IsCompletedSuccessfully)
            {
                call.StartRenewing();
                await running.ConfigureAwait(false);
            }

            if (!call.IsAnswered)
            {
                await call.KeepNothingAsync().ConfigureAwait(false);
            }

            await call.Settled.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.Socket.Phase == SocketPhase.Disconnected && !call.IsAnswered)
        {
            await call.AbandonAsync(isAtMostOnce).ConfigureAwait(false);
            throw;
        }
        finally
        {
            // What a handler throws is answered by the dispatcher, and that answer is kept like any other.
            call.StopRenewing();
        }
    }

    private bool TryFindKey(EventContext context, object? payload, out string scoped)
    {
        scoped = "";
        string? own = key(context, payload);
        if (string.IsNullOrEmpty(own) || own.Length > environment.Idempotency.MaxKeyLength)
        {
            context.Socket.Owner.Pipeline.Events.Refuse(context, string.IsNullOrEmpty(own) ? s_noKey : _longKey);
            return false;
        }

        // Lengths keep the parts apart, whatever characters they have. Who has no user id is one socket: a stranger who knows a key must not get its answer.
        string space = context.Socket.Owner.Path.Value;
        string owner = context.Socket.UserId is { Length: > 0 } user ? $"u{user.Length}:{user}" : $"s{context.Socket.Id}:";
        scoped = $"{space.Length}:{space}{context.EventName.Length}:{context.EventName}{owner}{own}";
        return true;
    }

    private void Refuse(EventContext context, EventRefusal refusal)
    {
        string space = context.Socket.Owner.Path.Value;
        NamespaceLog.EventRefused(environment.Logger, space, context.EventName, context.Socket.Id, refusal.Code);
        environment.Meter.EventRefused(space, refusal.Code);
        context.Refuse(refusal);
    }
}

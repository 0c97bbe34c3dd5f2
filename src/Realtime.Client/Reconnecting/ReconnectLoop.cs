using Polly;
using Polly.Retry;
using Polly.Timeout;
using Realtime.Client.Connections;
using Realtime.Client.States;
using Realtime.Client.Transports;

namespace Realtime.Client.Reconnecting;

/// <summary>Repeats attempts until one succeeds: a pipeline of Polly with a retry around a timeout.</summary>
/// <remarks>
/// Confined to the driver's loop. Polly decides nothing by itself here: which failures are repeated comes from the table of reasons, the delay from the policy. The wait is ours,
/// because a hint has to be able to end it; so to Polly every delay is zero.
/// </remarks>
internal sealed class ReconnectLoop
{
    private static readonly ResiliencePropertyKey<State> s_state = new("realtime");

    private readonly IReconnectPolicy _policy;
    private readonly TimeProvider _timeProvider;
    private readonly Func<AttemptFailedException, int, TimeSpan, CancellationToken, ValueTask> _onFailed;
    private readonly ResiliencePipeline<EngineSession> _pipeline;

    /// <summary>Initializes a new instance of the <see cref="ReconnectLoop"/> class.</summary>
    /// <param name="policy">Gives the delays.</param>
    /// <param name="attemptTimeout">The longest time of one attempt.</param>
    /// <param name="onFailed">Told of a failure that is repeated: the failure, its number from 0, the delay. It waits.</param>
    /// <param name="timeProvider">The clock.</param>
    internal ReconnectLoop(IReconnectPolicy policy, TimeSpan attemptTimeout, Func<AttemptFailedException, int, TimeSpan, CancellationToken, ValueTask> onFailed, TimeProvider timeProvider)
    {
        _policy = policy;
        _timeProvider = timeProvider;
        _onFailed = onFailed;
        _pipeline = new ResiliencePipelineBuilder<EngineSession> { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions<EngineSession>
            {
                MaxRetryAttempts = int.MaxValue, // the policy says when it is enough
                ShouldHandle = ShouldRetry,
                DelayGenerator = static _ => new ValueTask<TimeSpan?>(TimeSpan.Zero),
                OnRetry = WaitAsync,
            })
            .AddTimeout(attemptTimeout)
            .Build();
    }

    /// <summary>Runs attempts until one succeeds, or until the failure is one that is not repeated: that is thrown.</summary>
    /// <param name="attempt">One attempt; it is given its number, 0 for the first.</param>
    /// <param name="cancellationToken">Ends the attempt and the waits.</param>
    internal async Task<EngineSession> ExecuteAsync(Func<int, CancellationToken, Task<EngineSession>> attempt, CancellationToken cancellationToken)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        var state = new State(attempt, _timeProvider.GetTimestamp());
        context.Properties.Set(s_state, state);
        try
        {
            return await _pipeline.ExecuteAsync(static (context, state) => new ValueTask<EngineSession>(state.Attempt(state.Failures, context.CancellationToken)), context, state).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Describe(exception) ?? exception;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Gets the time to wait after a failure.</summary>
    /// <returns><see langword="null"/> when it is not repeated.</returns>
    internal TimeSpan? DelayOf(int attempt, AttemptFailedException failure, TimeSpan elapsed)
    {
        if (_policy.GetDelay(new ReconnectArguments(attempt, failure.Reason, elapsed)) is not { } delay)
        {
            return null;
        }

        return failure.NotBefore is { } notBefore && notBefore > delay ? notBefore : delay;
    }

    /// <summary>Waits; ends early without an exception when cancelled.</summary>
    internal async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken) =>
        await Task.Delay(delay, _timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private ValueTask<bool> ShouldRetry(RetryPredicateArguments<EngineSession> arguments)
    {
        if (arguments.Context.CancellationToken.IsCancellationRequested || Describe(arguments.Outcome.Exception) is not { } failure
            || CloseReasons.FollowupOf(failure.Reason) != Followup.Reconnect)
        {
            return new ValueTask<bool>(false);
        }

        State state = arguments.Context.Properties.GetValue(s_state, null!);
        state.Failure = failure;
        state.Delay = DelayOf(state.Failures, failure, _timeProvider.GetElapsedTime(state.Started));
        return new ValueTask<bool>(state.Delay is not null);
    }

    private ValueTask WaitAsync(OnRetryArguments<EngineSession> arguments)
    {
        State state = arguments.Context.Properties.GetValue(s_state, null!);
        return _onFailed(state.Failure!, state.Failures++, state.Delay!.Value, arguments.Context.CancellationToken);
    }

    private static AttemptFailedException? Describe(Exception? exception) => exception switch
    {
        AttemptFailedException failure => failure,
        TransportFailedException failure => new AttemptFailedException(failure.Reason, failure.Message, innerException: failure),
        TimeoutRejectedException => new AttemptFailedException(ClientCloseReason.ConnectTimeout, "The server did not answer in time (RealtimeClientOptions.ConnectTimeout).", innerException: exception),
        _ => null,
    };

    private sealed class State(Func<int, CancellationToken, Task<EngineSession>> attempt, long started)
    {
        internal Func<int, CancellationToken, Task<EngineSession>> Attempt { get; } = attempt;

        internal long Started { get; } = started;

        internal int Failures { get; set; }

        internal AttemptFailedException? Failure { get; set; }

        internal TimeSpan? Delay { get; set; }
    }
}

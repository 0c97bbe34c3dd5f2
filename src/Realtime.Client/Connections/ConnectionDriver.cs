using Microsoft.Extensions.Logging;
using Realtime.Client.Diagnostics;
using Realtime.Client.Reconnecting;
using Realtime.Client.States;

namespace Realtime.Client.Connections;

/// <summary>Keeps one session for the namespaces that want one: opens it, and opens another when it ends, for as long as somebody wants it and the policy agrees.</summary>
/// <remarks>Guarded by <c>_gate</c>. One loop, which runs while at least one namespace is active.</remarks>
#pragma warning disable CA1001 // The source has no timer and is only cancelled: nothing to dispose of.
internal sealed class ConnectionDriver
#pragma warning restore CA1001
{
    private readonly Lock _gate = new();
    private readonly LinkTable _links = new();
    private readonly SessionConnector _connector;
    private readonly ReconnectLoop _loop;
    private readonly RetryDelay _delay;
    private readonly ClientMeter _meter;
    private readonly ILogger _logger;
    private CancellationTokenSource _unwanted = new();
    private EngineSession? _session;
    private SessionEnd? _lost;
    private TaskCompletionSource _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isRunning;

    internal ConnectionDriver(SessionConnector connector, IReconnectPolicy policy, TimeSpan connectTimeout, ClientMeter meter, ILogger logger, TimeProvider timeProvider)
    {
        _connector = connector;
        _meter = meter;
        _logger = logger;
        _delay = new RetryDelay(timeProvider);
        _loop = new ReconnectLoop(policy, connectTimeout, OnFailedAsync, timeProvider);
    }

    internal string? TransportName => Volatile.Read(ref _session)?.TransportName;

    /// <summary>Gets the number of bytes that wait to be sent, in all namespaces.</summary>
    internal long BufferedBytes => _links.All.Sum(static link => link.Sender.Outbox.Bytes);

    internal void Add(SocketLink link)
    {
        link.Use(this, _loop);
        _links.Add(link);
    }

    /// <summary>A namespace becomes active: it joins the session that is there, or the next one.</summary>
    internal void Activate(SocketLink link)
    {
        EngineSession? session;
        lock (_gate)
        {
            // A round that begins now either has the namespace or leaves it to the lines below, never both.
            if (link.State.Apply(ClientEvent.ConnectRequested, attempt: 1).Before != ClientState.Disconnected)
            {
                return;
            }

            session = _session;
            if (!_isRunning)
            {
                _isRunning = true;
                _unwanted = new CancellationTokenSource();
                _ = Task.Run(RunAsync); // it never fails, and whoever ends it waits for its round
            }
        }

        if (session is not null)
        {
            _ = link.JoinAsync(session, round: null); // it reports through the state of the namespace, and never fails
        }
        else
        {
            _delay.EndNow();
        }
    }

    /// <summary>A namespace is not active any more; with the last one the session ends.</summary>
    internal void OnLinkEnded()
    {
        lock (_gate)
        {
            if (_links.AnyActive)
            {
                return;
            }

            _session = null; // whoever connects from here on waits for the next one: the loop says goodbye on this one
            _unwanted.Cancel();
        }
    }

    /// <summary>Closes the session in order when no namespace is active any more, and waits until it is gone; not for what somebody connects meanwhile.</summary>
    internal async Task CloseIfUnusedAsync(CancellationToken cancellationToken)
    {
        EngineSession? session;
        Task round;
        lock (_gate)
        {
            if (_links.AnyActive || !_isRunning)
            {
                return;
            }

            session = _session;
            round = _round.Task;
            if (session is null)
            {
                _unwanted.Cancel(); // here, or somebody who connects at this moment would keep the attempt alive
            }
        }

        await (session?.CloseAsync(cancellationToken) ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        OnLinkEnded();
        await round.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal void RetryNow() => _delay.EndNow();

    private async Task RunAsync()
    {
        while (TryBeginRound(out CancellationToken unwanted))
        {
            try
            {
                EngineSession session = await _loop.ExecuteAsync(AttemptAsync, unwanted).ConfigureAwait(false);
                _meter.Connected(session.TransportName);
                await ServeAsync(session, unwanted).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (unwanted.IsCancellationRequested)
            {
            }
            catch (AttemptFailedException failure)
            {
                EndAll(failure);
            }
#pragma warning disable CA1031 // A policy of the application that throws, or a mistake of ours: whoever waits has to hear of it.
            catch (Exception unexpected)
#pragma warning restore CA1031
            {
                ClientLog.LoopFailed(_logger, unexpected);
                EndAll(new AttemptFailedException(ClientCloseReason.TransportError, unexpected.Message, innerException: unexpected));
            }
        }
    }

    private bool TryBeginRound(out CancellationToken unwanted)
    {
        lock (_gate)
        {
            _round.TrySetResult();
            _round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _isRunning = _links.AnyActive;
            if (_isRunning && _unwanted.IsCancellationRequested)
            {
                _unwanted = new CancellationTokenSource(); // somebody has come back meanwhile
                _lost = null;
            }

            unwanted = _unwanted.Token;
            return _isRunning;
        }
    }

    private async Task<EngineSession> AttemptAsync(int attempt, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _lost, null) is { } lost)
        {
            throw new AttemptFailedException(lost.Reason, lost.Message, lost.NotBefore); // what was lost is the first failure: the delay before the next attempt is that of the policy
        }

        if (attempt > 0)
        {
            _links.ForActive(link => link.State.Apply(ClientEvent.AttemptStarted, attempt: attempt));
        }

        _meter.AttemptStarted();
        EngineSession session = await _connector.OpenAsync(_links, cancellationToken).ConfigureAwait(false);
        try
        {
            await JoinAllAsync(session, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await EndAsync(session).ConfigureAwait(false);
            throw;
        }
    }

    private async Task JoinAllAsync(EngineSession session, CancellationToken cancellationToken)
    {
        SocketLink[] active;
        lock (_gate)
        {
            _session = session;
            active = _links.Active;
        }

        var round = new JoinRound(active.Length);
        _ = Task.WhenAll(active.Select(link => link.JoinAsync(session, round))); // ends with the session at the latest, and never fails
        await round.WaitAsync(session, cancellationToken).ConfigureAwait(false);
        foreach ((SocketLink link, AttemptFailedException failure) in round.Leftovers())
        {
            link.RejoinLater(session, failure);
        }
    }

    private async Task ServeAsync(EngineSession session, CancellationToken unwanted)
    {
        await ((Task)session.Completion).WaitAsync(unwanted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await session.CloseAsync(CancellationToken.None).ConfigureAwait(false); // over already, or nobody wants it any more: then the server is told
        SessionEnd end = await session.Completion.ConfigureAwait(false);
        _lost = end.Reason == ClientCloseReason.ClientDisconnect ? null : end; // what we closed ourselves is no failure
        await EndAsync(session).ConfigureAwait(false);
    }

    private async Task EndAsync(EngineSession session)
    {
        lock (_gate)
        {
            _session = null;
        }

        if (!_links.AnyActive)
        {
            await session.CloseAsync(CancellationToken.None).ConfigureAwait(false); // the server has refused everybody: it is not to wait for its ping timeout
        }

        session.End(ClientCloseReason.TransportError, "The attempt failed.");
        foreach (SocketLink link in _links.All)
        {
            link.OnSessionEnded(session);
        }

        await session.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask OnFailedAsync(AttemptFailedException failure, int attempt, TimeSpan delay, CancellationToken cancellationToken)
    {
        ClientLog.WaitingToRetry(_logger, attempt + 1, (long)delay.TotalMilliseconds, failure.Reason, failure.Message);
        _links.ForActive(link => link.State.Apply(ClientEvent.ConnectionFailed, failure.Reason, attempt + 1, delay, message: failure.Message));
        await _delay.WaitAsync(delay, cancellationToken).ConfigureAwait(false);
    }

    private void EndAll(AttemptFailedException failure) => _links.ForActive(link => link.End(
        failure.Reason,
        failure.InnerException as ConnectFailedException ?? new ConnectFailedException(failure.Reason, failure.Message, failure.InnerException)));
}

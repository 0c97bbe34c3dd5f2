using Microsoft.Extensions.Logging;
using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Keeps sessions in Redis: for all servers that share it, and beyond the end of each.</summary>
/// <remarks>
/// <para>Thread-safe. One for each process and connection to Redis; several servers of one process may share it.</para>
/// <para>
/// Every member is one step of a script, and those that wait in a namespace go together, in order: see <see cref="RedisSessionOptions.MaxWaiting"/>. A member that fails does so with a
/// <see cref="RedisUnavailableException"/>; then it is unknown whether it was done, and it may be repeated. What is stored lives as long as Redis keeps it: a Redis that is
/// replaced by a copy without the last writes loses those, and a fence that is lost with them may be given twice.
/// </para>
/// <para>
/// A node says that it lives by a lease. What it owns is taken from it when it has answered that it yields, when it lives and does not answer in time, or when its lease is over: see
/// <see cref="IsOwnershipCertain"/> for what it does then. <see cref="SessionOptions.MaxSessions"/> does not count here: bound the memory of Redis, with the policy <c>noeviction</c>.
/// </para>
/// </remarks>
public sealed class RedisSessionStore : ISessionStore, IAsyncDisposable
{
    private readonly SessionKeys _keys;
    private readonly SessionSteps _steps;
    private readonly OwnedSessions _owned;
    private readonly NodeLease _lease;
    private readonly NamespaceRegistry _namespaces;
    private readonly SessionClaims _claims;
    private readonly YieldChannel _channel;
    private readonly SemaphoreSlim _starting = new(1);
    private volatile bool _isStarted;

    /// <summary>Creates a store. Redis is called when it is first used.</summary>
    /// <param name="connection">The connections to Redis. They stay open when the store is disposed of.</param>
    /// <param name="sessions">What every store of sessions is told. Read once.</param>
    /// <param name="options">What this one is told. Read once.</param>
    /// <param name="timeProvider">The clock for waits and for the age of the lease.</param>
    /// <param name="logger">Where failures go. The ids of sessions never do.</param>
    public RedisSessionStore(IConnectionMultiplexer connection, SessionOptions sessions, RedisSessionOptions options, TimeProvider timeProvider, ILogger<RedisSessionStore> logger)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromSeconds(1), nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LeaseRenewal, options.Lease / 3, nameof(options));
        var calls = new RedisCalls(connection, options.Retries, timeProvider);
        var times = new SessionTimes(sessions, options);
        _keys = new SessionKeys(options.Prefix);
        _steps = new SessionSteps(calls, _keys, times, options.MaxWaiting);
        _owned = new OwnedSessions(times.Window, timeProvider);
        _lease = new NodeLease(calls, _keys, options, timeProvider, logger);
        _namespaces = new NamespaceRegistry(calls, _keys, times, sessions.TouchInterval, timeProvider);
        YieldQuestions questions = null!;
        _channel = new YieldChannel(connection, calls, _keys, _lease.Name, session => questions.YieldAsync(session), logger);
        questions = new YieldQuestions(_owned, _lease, _channel, _steps, _keys, times, timeProvider, logger);
        _claims = new SessionClaims(_steps, _keys, _owned, questions);
    }

    /// <summary>Gets what says that this node lives, for all that lasts as long as it does.</summary>
    internal NodeLease Lease => _lease;

    /// <summary>Gets how many sessions this process knows to be its own, for tests.</summary>
    internal int OwnedCount => _owned.Count;

    /// <inheritdoc />
    /// <returns>The session with its fence. Never <see langword="null"/>: the store has no number at which it is full.</returns>
    public async ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(owner);
        string incarnation = await BeginAsync(record.Namespace).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _claims.CreateAsync(record, owner, incarnation).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string incarnation = await BeginAsync(request.Namespace).WaitAsync(cancellationToken).ConfigureAwait(false);
        return await _claims.ClaimAsync(request, incarnation, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        OwnedSession? owned = _owned.Find(change.Session);
        if (await SessionSave.SendAsync(_steps, _keys, change, owned).WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        Forget(owned);
        return false;
    }

    /// <inheritdoc />
    public async ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken)
    {
        if (_owned.Find(session) is { } owned)
        {
            _owned.Release(owned);
        }

        await SendAsync("release", session, session.Fence, handedOver ? 1 : 0, _keys.Mark(session.Namespace, session.Id)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>What was taken up under a lease that has been lost since is certain again when it comes back as well.</remarks>
    public async ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(live);
        var touches = new List<(SessionOwnership Session, OwnedSession? Owned, string Incarnation, Task<RedisResult> Result)>(live.Count);
        foreach (IGrouping<NamespacePath, SessionOwnership> some in live.GroupBy(static session => session.Namespace))
        {
            string incarnation = await BeginAsync(some.Key).WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach (SessionOwnership session in some)
            {
                OwnedSession? owned = _owned.Find(session);
                touches.Add((session, owned, incarnation, SendAsync("touch", session, session.Fence, owned is null ? "" : incarnation, _keys.Mark(session.Namespace, session.Id))));
            }
        }

        await Task.WhenAll(touches.Select(static touch => touch.Result)).WaitAsync(cancellationToken).ConfigureAwait(false);
        foreach ((_, OwnedSession? owned, string incarnation, Task<RedisResult> result) in touches)
        {
            long found = (long)await result.ConfigureAwait(false);
            Forget(found == 0 ? owned : null);
            _ = found == 1 ? owned?.Incarnation = incarnation : null;
        }

        return [.. touches.Where(static touch => (long)touch.Result.Result == 0).Select(static touch => touch.Session)];
    }

    /// <inheritdoc />
    /// <remarks>Certain while the lease of this node is younger than four fifths of <see cref="RedisSessionOptions.Lease"/>, by the monotonic clock, and is the one under which the session was taken up.</remarks>
    public bool IsOwnershipCertain(SessionOwnership session) => _owned.Find(session) is { } owned && owned.Incarnation == _lease.Certain;

    /// <inheritdoc />
    public async ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken)
    {
        Forget(_owned.Find(session));
        await SendAsync("remove", session, session.Fence, session.Id).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    /// <remarks>The sessions of a user are listed in Redis: nothing else is looked at.</remarks>
    public async ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(userId);
        IReadOnlyList<NamespacePath> paths = path is not null ? [path] : await _namespaces.ReadAsync().ConfigureAwait(false);
        await Task.WhenAll(paths.Select(some => _steps.SendAsync(some, new SessionStep("forget", _keys.User(some, userId))))).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the lease: what this process still owns may be taken at once. Sessions stay where they are.</summary>
    /// <returns>A task that completes when it is done, or Redis cannot be had.</returns>
    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        await _lease.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<string> BeginAsync(NamespacePath path)
    {
        if (!_isStarted)
        {
            await StartAsync().ConfigureAwait(false);
        }

        await _namespaces.NoteAsync(path).ConfigureAwait(false);
        return await _lease.HoldAsync().ConfigureAwait(false);
    }

    // Questions are heard before anything is owned.
    private async Task StartAsync()
    {
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_isStarted)
            {
                await _channel.StartAsync().ConfigureAwait(false);
                _isStarted = true;
            }
        }
        finally
        {
            _starting.Release();
        }
    }

    private Task<RedisResult> SendAsync(string step, SessionOwnership session, params RedisValue[] arguments) =>
        _steps.SendAsync(session.Namespace, new SessionStep(step, _keys.Session(session.Namespace, session.Id), arguments));

    private void Forget(OwnedSession? session)
    {
        if (session is not null)
        {
            _owned.Remove(session);
        }
    }
}

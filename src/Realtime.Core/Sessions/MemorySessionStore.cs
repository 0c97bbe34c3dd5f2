using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>Keeps sessions in the memory of this process: for its servers only, and until it ends. Several servers of one process may share it.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>. Bounded by <see cref="SessionOptions.MaxSessions"/>: a new session takes the place of the one that was released first, and when there is none, it is refused.
/// A session that has a connection needs no touch. One that is past its window is gone for whoever looks, and its memory about a second later: one timer does it for all.
/// </remarks>
public sealed class MemorySessionStore : ISessionStore, IDisposable
{
    private readonly Lock _gate = new();
    private readonly SessionTable _table;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _yieldTimeout;

    /// <summary>Creates an empty store.</summary>
    /// <param name="options">How much it keeps, and for how long. Read once.</param>
    /// <param name="timeProvider">The clock.</param>
    public MemorySessionStore(SessionOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _yieldTimeout = options.YieldTimeout;
        _table = new SessionTable(options, timeProvider, OnSweepDue);
    }

    /// <summary>Gets the number of sessions that are kept, live and released.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _table.Count;
            }
        }
    }

    /// <inheritdoc />
    public ValueTask<SessionRecord?> CreateAsync(SessionRecord record, ISessionOwner owner, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(owner);
        lock (_gate)
        {
            _table.RemoveExpired();
            if (_table.Find(record.Namespace, record.Id) is not null)
            {
                throw new InvalidOperationException($"There is a session with this id in {record.Namespace}. An id is made once, of secure random bytes.");
            }

            if (!_table.TryMakeRoom())
            {
                return new ValueTask<SessionRecord?>((SessionRecord?)null);
            }

            var session = new MemorySession(record, owner);
            _table.Add(session);
            return new ValueTask<SessionRecord?>(session.Snapshot());
        }
    }

    /// <inheritdoc />
    public async ValueTask<SessionClaim> ClaimAsync(SessionClaimRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        MemorySession? session;
        Task answered = Task.CompletedTask;
        YieldRequest? question = null;
        lock (_gate)
        {
            _table.RemoveExpired();
            if (AnswerLocked(request, out session) is { } answer)
            {
                return answer;
            }

            session.Claims++;
            if (session.Owner is { } owner)
            {
                question = session.Yielding is null ? session.Yielding = new YieldRequest(owner, session.Ownership) : null;
                answered = session.Yielding.Answered;
            }
        }

        _ = question is null ? null : AskAsync(session, question);
        try
        {
            await answered.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            EndClaim(session, null);
            throw;
        }

        return EndClaim(session, request);
    }

    /// <inheritdoc />
    public ValueTask<bool> SaveAsync(SessionChange change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_gate)
        {
            MemorySession? session = FindLocked(change.Session);
            session?.Apply(change);
            return new ValueTask<bool>(session is not null);
        }
    }

    /// <inheritdoc />
    public ValueTask ReleaseAsync(SessionOwnership session, bool handedOver, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (FindLocked(session) is { } found)
            {
                found.Owner = handedOver && found.Yielding is null ? null : found.Owner; // one that has been asked answers by yielding
                _table.Release(found);
            }
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<SessionOwnership>> TouchAsync(IReadOnlyCollection<SessionOwnership> live, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(live);
        lock (_gate)
        {
            return new ValueTask<IReadOnlyList<SessionOwnership>>([.. live.Where(session => FindLocked(session) is null)]);
        }
    }

    /// <inheritdoc />
    /// <remarks>Always: whoever takes a session from another is in this process, and has asked.</remarks>
    public bool IsOwnershipCertain(SessionOwnership session) => true;

    /// <inheritdoc />
    public ValueTask RemoveAsync(SessionOwnership session, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (FindLocked(session) is { } found)
            {
                _table.Remove(found);
            }
        }

        return default;
    }

    /// <inheritdoc />
    /// <remarks>Looks at every session: some milliseconds with 100,000.</remarks>
    public ValueTask RemoveUserAsync(NamespacePath? path, string userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(userId);
        lock (_gate)
        {
            _table.RemoveUser(path, userId);
        }

        return default;
    }

    /// <summary>Stops the timer. The sessions stay where they are.</summary>
    public void Dispose() => _table.Dispose();

    private MemorySession? FindLocked(SessionOwnership session)
    {
        _table.RemoveExpired();
        return _table.Find(session);
    }

    // What needs no wait: a refusal, or the node still has the session and nobody came between.
    private SessionClaim? AnswerLocked(SessionClaimRequest request, out MemorySession session)
    {
        session = _table.Find(request.Namespace, request.Id)!;
        if (session is null || session.UserId != request.UserId)
        {
            return new SessionClaim(ClaimStatus.Unknown, null);
        }

        if (request.Attempt <= session.Attempt)
        {
            return new SessionClaim(ClaimStatus.Superseded, null);
        }

        session.Attempt = request.Attempt;
        _table.KeepAlive(session);
        return session is { Owner: not null, Yielding: null } && session.Ownership.Fence == request.LiveFence
            ? new SessionClaim(ClaimStatus.Claimed, session.Snapshot())
            : null;
    }

    // Never fails, and goes on when the claim that began it is given up: others may wait for it.
    private async Task AskAsync(MemorySession session, YieldRequest question)
    {
        await question.AskAsync(_yieldTimeout, _timeProvider).ConfigureAwait(false);
        lock (_gate)
        {
            session.Owner = null;
            session.Yielding = null;
            _table.Release(session);
        }

        question.Complete();
    }

    private SessionClaim EndClaim(MemorySession session, SessionClaimRequest? request)
    {
        lock (_gate)
        {
            session.Claims--;
            if (!_table.Contains(session))
            {
                return new SessionClaim(ClaimStatus.Unknown, null);
            }

            if (request is not null && request.Attempt == session.Attempt)
            {
                _table.KeepAlive(session);
                return new SessionClaim(ClaimStatus.Claimed, session.GiveTo(request.Owner));
            }

            if (session.Owner is null)
            {
                _table.Release(session); // whoever had it is gone, and whoever wanted it
            }

            return new SessionClaim(ClaimStatus.Superseded, null);
        }
    }

    private void OnSweepDue()
    {
        lock (_gate)
        {
            _table.Sweep();
        }
    }
}

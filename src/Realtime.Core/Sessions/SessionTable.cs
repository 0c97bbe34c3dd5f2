using System.Diagnostics;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>The sessions of a store in memory, and the order in which those without a connection will expire.</summary>
/// <remarks>Guarded by the gate of its store.</remarks>
internal sealed class SessionTable : IDisposable
{
    // Who looks sees the exact end of a window; for memory, a sweep a second is enough.
    private static readonly TimeSpan s_sweepInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(NamespacePath Path, string Id), MemorySession> _sessions = [];
    private readonly LinkedList<MemorySession> _released = []; // by when that was, so also by when the window ends
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly long _start;
    private readonly TimeSpan _window;
    private readonly int _maxSessions;
    private bool _sweepIsPlanned;

    /// <summary>Creates an empty table.</summary>
    /// <param name="options">How much it keeps, and for how long.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="onSweepDue">Called by the timer, under no lock: takes the gate and sweeps.</param>
    internal SessionTable(SessionOptions options, TimeProvider timeProvider, Action onSweepDue)
    {
        _window = options.Window;
        _maxSessions = options.MaxSessions;
        _timeProvider = timeProvider;
        _start = timeProvider.GetTimestamp();
        _timer = timeProvider.CreateTimer(static due => ((Action)due!)(), onSweepDue, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    internal int Count => _sessions.Count;

    private TimeSpan Now => _timeProvider.GetElapsedTime(_start);

    private TimeSpan? NextExpiry => _released.First?.Value.Released + _window;

    internal MemorySession? Find(NamespacePath path, string id) => _sessions.GetValueOrDefault((path, id));

    /// <summary>Finds a session for its owner; <see langword="null"/> when it is gone or has another one.</summary>
    internal MemorySession? Find(SessionOwnership session) => Find(session.Namespace, session.Id) is { } found && found.Ownership.Fence == session.Fence ? found : null;

    internal bool Contains(MemorySession session) => ReferenceEquals(Find(session.Ownership.Namespace, session.Ownership.Id), session);

    /// <summary>Makes room for one more, if need be in place of the one that was released first.</summary>
    internal bool TryMakeRoom()
    {
        if (_sessions.Count >= _maxSessions && _released.First is { } oldest)
        {
            Remove(oldest.Value);
        }

        return _sessions.Count < _maxSessions;
    }

    internal void Add(MemorySession session) => _sessions.Add((session.Ownership.Namespace, session.Ownership.Id), session);

    internal void Remove(MemorySession session)
    {
        _sessions.Remove((session.Ownership.Namespace, session.Ownership.Id));
        KeepAlive(session);
    }

    internal void RemoveUser(NamespacePath? path, string userId)
    {
        foreach (MemorySession session in _sessions.Values.Where(session => session.UserId == userId && (path is null || path.Equals(session.Ownership.Namespace))).ToList())
        {
            Remove(session);
        }
    }

    /// <summary>Lets the window begin, unless it has, or somebody is about to take the session.</summary>
    internal void Release(MemorySession session)
    {
        if (session.Claims == 0 && session.Node.List is null && Contains(session))
        {
            session.Released = Now;
            _released.AddLast(session.Node);
            PlanSweep();
        }
    }

    internal void KeepAlive(MemorySession session) => session.Node.List?.Remove(session.Node);

    internal void RemoveExpired()
    {
        AssertInvariants();
        TimeSpan now = Now;
        while (NextExpiry <= now)
        {
            Remove(_released.First!.Value);
        }
    }

    internal void Sweep()
    {
        _sweepIsPlanned = false;
        RemoveExpired();
        PlanSweep();
    }

    public void Dispose() => _timer.Dispose();

    private void PlanSweep()
    {
        if (NextExpiry is { } next && !_sweepIsPlanned)
        {
            TimeSpan wait = next - Now;
            _sweepIsPlanned = _timer.Change(wait > s_sweepInterval ? wait : s_sweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_released.Count <= _sessions.Count, "What is released is kept.");
        Debug.Assert(_released.First is not { Value.Claims: > 0 }, "A session that somebody is about to take does not expire.");
    }
}

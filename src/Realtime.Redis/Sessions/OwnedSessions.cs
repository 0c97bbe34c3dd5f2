using Realtime.Core.Identifiers;
using Realtime.Core.Sessions;

namespace Realtime.Redis.Sessions;

/// <summary>The sessions that servers of this process own: whom to ask when another node wants one.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>. As many as the servers hold: one that was released is forgotten when its window is over, which is looked at whenever another is released.
/// </remarks>
internal sealed class OwnedSessions(TimeSpan window, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(NamespacePath Path, string Id), OwnedSession> _sessions = [];
    private readonly Dictionary<(NamespacePath Path, string Id), Arrival> _arriving = [];
    private readonly Queue<(OwnedSession Session, long At)> _released = new();

    /// <summary>Gets how many there are, for tests.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Count;
            }
        }
    }

    internal OwnedSession? Find(SessionOwnership session)
    {
        lock (_gate)
        {
            return FindLocked(session);
        }
    }

    /// <summary>A session is about to come: a question for it may be here before Redis has said that it is ours.</summary>
    internal void Expect(NamespacePath path, string id)
    {
        lock (_gate)
        {
            if (!_arriving.TryGetValue((path, id), out Arrival? arrival))
            {
                _arriving.Add((path, id), arrival = new Arrival());
            }

            arrival.Count++;
        }
    }

    /// <summary>It has come, or has not.</summary>
    /// <param name="path">Its namespace.</param>
    /// <param name="id">Its id.</param>
    /// <param name="session">The session; <see langword="null"/> when it has not come.</param>
    /// <returns>Whether it is ours. Not when it was given away before we knew.</returns>
    internal bool TryArrive(NamespacePath path, string id, OwnedSession? session)
    {
        lock (_gate)
        {
            Arrival arrival = _arriving[(path, id)];
            if (--arrival.Count == 0)
            {
                _arriving.Remove((path, id));
            }

            if (session is null || session.Ownership.Fence <= arrival.Yielded)
            {
                return false;
            }

            if (FindLocked(session.Ownership) is { } known)
            {
                // It goes on as it is: writes of its rooms may be on their way.
                known.Incarnation = session.Incarnation;
                known.Released = null;
            }
            else if (!_sessions.TryGetValue((path, id), out OwnedSession? other) || other.Ownership.Fence < session.Ownership.Fence)
            {
                _sessions[(path, id)] = session;
            }

            return true;
        }
    }

    /// <summary>Finds who is to be asked, and notes that the right is given away.</summary>
    /// <returns>The session; <see langword="null"/> when nobody here has anything of it.</returns>
    internal OwnedSession? FindToYield(SessionOwnership session)
    {
        lock (_gate)
        {
            if (_arriving.TryGetValue((session.Namespace, session.Id), out Arrival? arrival))
            {
                arrival.Yielded = Math.Max(arrival.Yielded, session.Fence);
            }

            return FindLocked(session);
        }
    }

    internal void Remove(OwnedSession session)
    {
        lock (_gate)
        {
            RemoveLocked(session);
        }
    }

    /// <summary>The client of a session is lost: it is forgotten when nobody can come back to it any more.</summary>
    internal void Release(OwnedSession session)
    {
        lock (_gate)
        {
            if (session.Released is null)
            {
                session.Released = timeProvider.GetTimestamp();
                _released.Enqueue((session, session.Released.Value));
            }

            while (_released.TryPeek(out (OwnedSession Session, long At) first) && timeProvider.GetElapsedTime(first.At) > window)
            {
                _released.Dequeue();
                if (first.Session.Released == first.At)
                {
                    RemoveLocked(first.Session);
                }
            }
        }
    }

    private OwnedSession? FindLocked(SessionOwnership session) =>
        _sessions.GetValueOrDefault((session.Namespace, session.Id)) is { } found && found.Ownership.Fence == session.Fence ? found : null;

    private void RemoveLocked(OwnedSession session)
    {
        (NamespacePath, string) key = (session.Ownership.Namespace, session.Ownership.Id);
        if (_sessions.TryGetValue(key, out OwnedSession? known) && known == session)
        {
            _sessions.Remove(key);
        }
    }

    private sealed class Arrival
    {
        internal int Count { get; set; }

        /// <summary>Gets or sets the highest fence that was given away.</summary>
        internal long Yielded { get; set; }
    }
}

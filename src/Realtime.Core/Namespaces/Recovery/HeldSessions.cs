using System.Collections.Concurrent;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The sessions that a node has in memory: those of clients that are here, and for the resume window those of clients that are away.</summary>
/// <remarks>
/// Thread-safe. Nobody tells when a window ends: a session is forgotten by the clock of the node, when another one is looked for or released. Bounded as the store in memory is: of more
/// clients that are away than there may be sessions, those that went first are forgotten.
/// </remarks>
internal sealed class HeldSessions(RecoveryEnvironment environment)
{
    private readonly ConcurrentDictionary<string, RecoverableSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(RecoverableSession Session, TimeSpan At)> _released = new();

    private readonly ConcurrentDictionary<string, Task> _leaving = new(StringComparer.Ordinal); // each only until its handler has ended

    internal IEnumerable<RecoverableSession> All => _sessions.Select(static pair => pair.Value);

    internal void Add(RecoverableSession session) => _sessions[session.Id] = session;

    internal void Remove(RecoverableSession session) => _sessions.TryRemove(new KeyValuePair<string, RecoverableSession>(session.Id, session));

    /// <summary>A session is given up that may be another node's: whoever claims it here waits for what is still done for it.</summary>
    internal void Leave(RecoverableSession session)
    {
        Task idle = session.WhenIdleAsync();
        if (!idle.IsCompleted)
        {
            _leaving[session.Id] = idle;
            _ = idle.ContinueWith(
                _ => _leaving.TryRemove(new KeyValuePair<string, Task>(session.Id, idle)), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    internal Task? FindLeaving(string id) => _leaving.GetValueOrDefault(id);

    internal RecoverableSession? Find(string id)
    {
        ForgetExpired();
        return _sessions.GetValueOrDefault(id);
    }

    /// <summary>The client of a session is lost: its window begins.</summary>
    internal void Release(RecoverableSession session)
    {
        session.Released = environment.Now;
        _released.Enqueue((session, session.Released));
        ForgetExpired();
    }

    // What their handlers still answer nobody asks for.
    private void ForgetExpired()
    {
        while (_released.TryPeek(out (RecoverableSession Session, TimeSpan At) first)
            && (environment.Now - first.At > environment.Options.Sessions.Window || _released.Count > environment.Options.Sessions.MaxSessions)
            && _released.TryDequeue(out first))
        {
            if (first.Session.Socket is null && first.Session.Released == first.At)
            {
                Remove(first.Session);
            }
        }
    }
}

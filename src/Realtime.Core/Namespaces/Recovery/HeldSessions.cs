using System.Collections.Concurrent;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The sessions that a node has in memory: those of clients that are here, and for the resume window those of clients that are away.</summary>
/// <remarks>Thread-safe. Nobody tells when a window ends: a session is forgotten by the clock of the node, when another one is looked for or released.</remarks>
internal sealed class HeldSessions(RecoveryEnvironment environment)
{
    private readonly ConcurrentDictionary<string, RecoverableSession> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(RecoverableSession Session, TimeSpan At)> _released = new();

    internal int Count => _sessions.Count;

    internal IEnumerable<RecoverableSession> All => _sessions.Select(static pair => pair.Value);

    internal void Add(RecoverableSession session) => _sessions[session.Id] = session;

    internal void Remove(RecoverableSession session) => _sessions.TryRemove(new KeyValuePair<string, RecoverableSession>(session.Id, session));

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
        while (_released.TryPeek(out (RecoverableSession Session, TimeSpan At) first) && environment.Now - first.At > environment.Options.Sessions.Window
            && _released.TryDequeue(out first))
        {
            if (first.Session.Socket is null && first.Session.Released == first.At)
            {
                Remove(first.Session);
            }
        }
    }
}

namespace Realtime.Core.Limits;

/// <summary>Which connections each user has.</summary>
/// <remarks>Guarded by <c>_gate</c>. A connection that is in several namespaces as the same user counts once, until it has left the last of them.</remarks>
internal sealed class UserConnections(int max, UserLimitPolicy policy)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Entry>> _users = new(StringComparer.Ordinal);

    /// <summary>Gets the number of users that have connections.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _users.Count;
            }
        }
    }

    /// <summary>Counts a socket of a connection. <see cref="Leave"/> exactly once for each that entered.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="isAdmitted">Whether there is room for certain: a directory of all nodes has said so. Then nothing has to be closed here.</param>
    /// <param name="oldest">The connection that has to be closed for it, if any; it counts no more.</param>
    /// <returns>Whether there was room.</returns>
    internal bool TryEnter(string userId, object connection, bool isAdmitted, out object? oldest)
    {
        oldest = null;
        lock (_gate)
        {
            if (!_users.TryGetValue(userId, out List<Entry>? entries))
            {
                _users[userId] = entries = new List<Entry>(1);
            }

            if (entries.Find(entry => entry.Connection == connection) is { } known)
            {
                known.Sockets++;
                return true;
            }

            if (entries.Count >= max && !isAdmitted)
            {
                if (policy == UserLimitPolicy.RefuseNewest)
                {
                    return false;
                }

                oldest = entries[0].Connection;
                entries.RemoveAt(0);
            }

            entries.Add(new Entry(connection) { Sockets = 1 });
            return true;
        }
    }

    /// <summary>A socket of a connection is gone. One whose connection was closed for another counts no more already.</summary>
    internal void Leave(string userId, object connection)
    {
        lock (_gate)
        {
            if (!_users.TryGetValue(userId, out List<Entry>? entries) || entries.Find(entry => entry.Connection == connection) is not { } left)
            {
                return;
            }

            if (--left.Sockets == 0)
            {
                entries.Remove(left);
            }

            if (entries.Count == 0)
            {
                _users.Remove(userId);
            }
        }
    }

    private sealed class Entry(object connection)
    {
        internal object Connection { get; } = connection;

        internal int Sockets { get; set; }
    }
}

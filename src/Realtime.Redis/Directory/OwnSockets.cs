using Realtime.Core.Users;

namespace Realtime.Redis.Directory;

/// <summary>The sockets of users that this node has, and of which users the list in Redis may say something else.</summary>
/// <remarks>Guarded by <c>_gate</c>. As large as the node has sockets of users; beyond them it has users of whom somebody left while Redis was away, <see cref="MaxGone"/> at most.</remarks>
internal sealed class OwnSockets
{
    // Redis that was away for longer than the lease forgets what this node had anyway: so many leave in that time only from a node that sheds its clients.
    private const int MaxGone = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<ListedSocket, DirectoryEntry> _entries = [];
    private readonly Dictionary<string, OwnUser> _users = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Adds a socket that is entering.</summary>
    internal DirectoryEntry Add(ListedSocket socket)
    {
        var entry = new DirectoryEntry(socket);
        lock (_gate)
        {
            _entries.Add(socket, entry);
            OwnUser user = FindLocked(socket.UserId);
            user.Entries.Add(entry);
            user.Version = ++_version;
        }

        return entry;
    }

    /// <summary>A socket is on the list, or is to be.</summary>
    internal void Confirm(DirectoryEntry entry, bool isListed)
    {
        lock (_gate)
        {
            entry.IsEntering = false;
            if (_users.TryGetValue(entry.Socket.UserId, out OwnUser? user))
            {
                user.Version = ++_version;
                user.IsDirty |= !isListed;
            }
        }
    }

    /// <summary>Takes a socket away.</summary>
    internal DirectoryEntry? Remove(ListedSocket socket)
    {
        lock (_gate)
        {
            if (!_entries.Remove(socket, out DirectoryEntry? entry))
            {
                return null;
            }

            OwnUser user = FindLocked(socket.UserId);
            user.Entries.Remove(entry);
            user.Version = ++_version;
            RemoveIfCleanLocked(socket.UserId, user);
            return entry;
        }
    }

    /// <summary>The list of a user may say something else.</summary>
    internal void Suspect(string userId)
    {
        lock (_gate)
        {
            if (_users.ContainsKey(userId) || _users.Count - _entries.Count < MaxGone)
            {
                FindLocked(userId).IsDirty = true;
            }
        }
    }

    /// <summary>The lists of all users may say something else.</summary>
    internal void SuspectAll()
    {
        lock (_gate)
        {
            foreach (OwnUser user in _users.Values)
            {
                user.IsDirty = true;
            }
        }
    }

    /// <summary>Gets the users of whom the list may say something else.</summary>
    internal string[] Suspected()
    {
        lock (_gate)
        {
            return [.. _users.Where(static user => user.Value.IsDirty).Select(static user => user.Key)];
        }
    }

    /// <summary>Gets what this node has of a user, and a number that is another one when that has changed.</summary>
    internal (DirectoryEntry[] Entries, bool[] AreEntering, long Version) Read(string userId)
    {
        lock (_gate)
        {
            return _users.TryGetValue(userId, out OwnUser? user) ? ([.. user.Entries], [.. user.Entries.Select(static entry => entry.IsEntering)], user.Version) : ([], [], 0);
        }
    }

    /// <summary>The list says what was read, if nothing has changed since.</summary>
    internal void Trust(string userId, long version)
    {
        lock (_gate)
        {
            if (_users.TryGetValue(userId, out OwnUser? user) && user.Version == version)
            {
                user.IsDirty = false;
                RemoveIfCleanLocked(userId, user);
            }
        }
    }

    private OwnUser FindLocked(string userId)
    {
        if (!_users.TryGetValue(userId, out OwnUser? user))
        {
            _users[userId] = user = new OwnUser();
        }

        return user;
    }

    private void RemoveIfCleanLocked(string userId, OwnUser user)
    {
        if (user is { IsDirty: false, Entries.Count: 0 })
        {
            _users.Remove(userId);
        }
    }

    private sealed class OwnUser
    {
        internal List<DirectoryEntry> Entries { get; } = new(1);

        internal long Version { get; set; }

        internal bool IsDirty { get; set; }
    }
}

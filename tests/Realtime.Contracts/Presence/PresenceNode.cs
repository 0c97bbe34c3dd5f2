using Realtime.Core.Identifiers;
using Realtime.Core.Presence;

namespace Realtime.Contracts.Presence;

/// <summary>A node as a store of presence sees it: what a test says that it has.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class PresenceNode : IPresenceSource
{
    private readonly Lock _gate = new();
    private readonly HashSet<(NamespacePath, PresentUser)> _present = [];

    /// <summary>Starts a store for the node.</summary>
    public PresenceNode(IPresenceStore store)
    {
        Store = store;
        store.Start(this);
    }

    public static NamespacePath Chat { get; } = NamespacePath.Parse("/chat");

    public IPresenceStore Store { get; }

    public void Enter(string user, string room = "room", NamespacePath? path = null) => Set(true, user, room, path ?? Chat);

    public void Leave(string user, string room = "room", NamespacePath? path = null) => Set(false, user, room, path ?? Chat);

    public async Task<RoomPresence> ReadAsync(string room = "room", int maxListed = 1000, NamespacePath? path = null) =>
        await Store.ReadAsync(path ?? Chat, room, maxListed, CancellationToken.None).AsTask().Within();

    /// <summary>Waits until the node reads exactly these users in a room.</summary>
    public async Task SeesAsync(string room, params string[] users)
    {
        IReadOnlyList<string> seen = [];
        using var limit = new CancellationTokenSource(Bounded.Limit);
        while (!limit.IsCancellationRequested)
        {
            RoomPresence now = await ReadAsync(room);
            seen = now.Users;
            if (now.Count == users.Length && seen.Order(StringComparer.Ordinal).SequenceEqual(users.Order(StringComparer.Ordinal)))
            {
                return;
            }

            await Task.Yield();
        }

        Assert.Equal(users.Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    public bool IsPresent(NamespacePath path, string room, string userId)
    {
        lock (_gate)
        {
            return _present.Contains((path, new PresentUser(room, userId)));
        }
    }

    public RoomPresence Read(NamespacePath path, string room, int maxListed)
    {
        string[] users = [.. List(path).Where(user => user.Room == room).Select(static user => user.UserId)];
        return new RoomPresence(users.Length, [.. users.Take(maxListed)]);
    }

    public IReadOnlyList<PresentUser> List(NamespacePath path)
    {
        lock (_gate)
        {
            return [.. _present.Where(present => present.Item1.Equals(path)).Select(static present => present.Item2)];
        }
    }

    private void Set(bool isPresent, string user, string room, NamespacePath path)
    {
        lock (_gate)
        {
            _ = isPresent ? _present.Add((path, new PresentUser(room, user))) : _present.Remove((path, new PresentUser(room, user)));
        }

        Store.NoteChanged(path, room, user);
    }
}

using Realtime.Core.Presence;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Presence;

/// <summary>The presence of users in the rooms of one namespace: what this node has of it, what all have, and who is told.</summary>
/// <remarks>Thread-safe. Only where the namespace tracks presence; then it costs rooms whose names fit no pattern a comparison at each join and leave.</remarks>
internal sealed class NamespacePresence : IAsyncDisposable
{
    private readonly Namespace _namespace;
    private readonly NamespaceDefinition _definition;
    private readonly IPresenceStore _store;
    private readonly PresenceOptions _options;
    private readonly PresenceViews? _views;

    internal NamespacePresence(Namespace owner, NamespaceDefinition definition, IPresenceStore store, PresenceOptions options, TimeProvider timeProvider)
    {
        _namespace = owner;
        _definition = definition;
        _store = store;
        _options = options;
        Users = new PresentUsers(owner.Index);
        _views = definition.PresenceChanges.Count == 0 ? null : new PresenceViews(owner, Users, definition.PresenceChanges, store, options, timeProvider);
    }

    /// <summary>Gets the users on this node.</summary>
    internal PresentUsers Users { get; }

    /// <summary>A recipient has joined a room or left it; its private room stands for the namespace as a whole.</summary>
    internal void OnChanged(string room, Recipient recipient)
    {
        if (room != recipient.Id)
        {
            Update(room, recipient.Id);
            return;
        }

        Update("", recipient.Id);
        foreach (string joined in _namespace.Index.RoomsOf(recipient)) // before it was confirmed
        {
            Update(joined, recipient.Id);
        }
    }

    /// <summary>Reads who is in a room.</summary>
    internal ValueTask<RoomPresence> ReadAsync(Audience audience, CancellationToken cancellationToken)
    {
        if (audience.Rooms.Count > 1 || audience.Except.Count > 0)
        {
            throw new InvalidOperationException("Presence is that of one room, or of everybody: not of several rooms, and without exceptions.");
        }

        string room = audience.Rooms.Count == 0 ? "" : audience.Rooms[0];
        return !IsTracked(room)
            ? throw new InvalidOperationException($"The presence in this room of '{_namespace.Path.Value}' is not tracked: no pattern of TrackPresence fits its name.")
            : audience.LocalOnly ? new(Users.Read(room, _options.MaxListed)) : _store.ReadAsync(_namespace.Path, room, _options.MaxListed, cancellationToken);
    }

    public ValueTask DisposeAsync() => _views?.DisposeAsync() ?? default;

    private void Update(string room, string socketId)
    {
        if (!IsTracked(room) || room == socketId)
        {
            return;
        }

        (string? changed, string? alsoChanged) = Users.Update(room, socketId);
        Note(room, changed);
        Note(room, alsoChanged);
    }

    private void Note(string room, string? user)
    {
        if (user is not null)
        {
            _store.NoteChanged(_namespace.Path, room, user);
            _views?.Look(room);
        }
    }

    private bool IsTracked(string room) =>
        _definition.PresencePatterns.Exists(pattern => pattern.Matches(room)) && !room.StartsWith(UserRoom.Prefix, StringComparison.Ordinal);
}

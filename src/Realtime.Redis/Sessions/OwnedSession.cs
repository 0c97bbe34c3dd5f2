using Realtime.Core.Sessions;

namespace Realtime.Redis.Sessions;

/// <summary>A session that a server of this process owns, as far as it knows.</summary>
/// <remarks>Thread-safe; when it was released is guarded by the gate of <see cref="OwnedSessions"/>.</remarks>
internal sealed class OwnedSession(SessionOwnership ownership, ISessionOwner owner, StoredRooms rooms, string incarnation)
{
    private volatile string _incarnation = incarnation;

    internal SessionOwnership Ownership => ownership;

    internal ISessionOwner Owner => owner;

    internal StoredRooms Rooms => rooms;

    /// <summary>Gets or sets the lease under which the session was claimed, or touched since.</summary>
    internal string Incarnation
    {
        get => _incarnation;
        set => _incarnation = value;
    }

    /// <summary>Gets or sets when its client was lost, as a timestamp; <see langword="null"/> while it is there.</summary>
    internal long? Released { get; set; }
}

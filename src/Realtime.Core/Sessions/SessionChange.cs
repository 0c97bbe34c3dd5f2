namespace Realtime.Core.Sessions;

/// <summary>What has changed in a session and is to be stored in one step.</summary>
/// <remarks>Immutable; what it refers to has to stay as it is.</remarks>
public sealed record SessionChange
{
    /// <summary>Gets the session, and the right to write it.</summary>
    public required SessionOwnership Session { get; init; }

    /// <summary>Gets all memberships, which replace those before; <see langword="null"/> when they are as they were.</summary>
    public IReadOnlyList<SessionRoom>? Rooms { get; init; }

    /// <summary>Gets an answer to keep. The first one that is stored for a number stays; one at or below <see cref="Confirmed"/> is not kept.</summary>
    public StoredAck? Ack { get; init; }

    /// <summary>Gets the number up to which the client has the answers, which are forgotten. Never sinks: a lower one than was stored changes nothing.</summary>
    public long Confirmed { get; init; }
}

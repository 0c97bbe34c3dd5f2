using Realtime.Core.Authentication;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Core.Backplane;

/// <summary>One thing that is told to all nodes.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Publication
{
    /// <summary>
    /// The name of the log, one in each namespace, of joins, leaves and disconnects: whoever is away while they are published finds them there. It begins with a dollar sign like all
    /// names of the library.
    /// </summary>
    public const string ControlLog = "$control";

    /// <summary>Gets the identity of the publication: publishing it twice appends it once, where <see cref="IBackplane.AppendsOnce"/> says so. <see langword="null"/> where nothing is ever repeated.</summary>
    public string? Id { get; init; }

    /// <summary>Gets what to do.</summary>
    public required PublicationKind Kind { get; init; }

    /// <summary>Gets the namespace.</summary>
    public required NamespacePath Namespace { get; init; }

    /// <summary>Gets who is addressed.</summary>
    public required Audience Audience { get; init; }

    /// <summary>Gets the event with its arguments, for events.</summary>
    public EventPayload Payload { get; init; }

    /// <summary>Gets the rooms, for joins and leaves.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [];

    /// <summary>Gets a value indicating whether the event is dropped where it cannot go out at once. A volatile event has no number.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Gets a value indicating whether transports that can compress should do so.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Gets the key under which a newer event takes the place of this one where it still waits; <see langword="null"/> for none.</summary>
    public string? ConflationKey { get; init; }

    /// <summary>Gets a value indicating whether a disconnect closes the whole connection.</summary>
    public bool CloseConnection { get; init; }

    /// <summary>Gets a value indicating whether rooms that keep a log number it. Volatile events are not, nor is what other nodes must not see.</summary>
    public bool CanBeNumbered => !IsVolatile && !Audience.LocalOnly
        && Kind is (PublicationKind.Event or PublicationKind.Join or PublicationKind.Leave or PublicationKind.Disconnect);

    /// <summary>Gets whose sessions end, for revocations and when a user is disconnected.</summary>
    public Revocation? Revocation { get; init; }
}

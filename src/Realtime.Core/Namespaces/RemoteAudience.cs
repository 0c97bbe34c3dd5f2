using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>An audience in a namespace whose sockets are all elsewhere, and what can be done with it: emit, join, leave, disconnect, on all nodes. Nobody can be asked or counted.</summary>
/// <remarks>
/// Immutable: every refinement is a new one, so one may be kept and shared. What is done with it completes when it is stored: who is reached by it, and when, is not known here. It fails with
/// <see cref="BackplaneUnavailableException"/> when it was not taken in time; nothing of it was done then, unless only the answer was lost.
/// </remarks>
public sealed class RemoteAudience : EventTarget
{
    private readonly RemoteNamespace _namespace;
    private readonly Audience _audience;
    private readonly EmitFlags _flags;

    internal RemoteAudience(RemoteNamespace owner, Audience audience, EmitFlags flags)
    {
        _namespace = owner;
        _audience = audience;
        _flags = flags;
    }

    /// <summary>Gets the same audience, where events are dropped that cannot go out at once, here as on their way to clients. Such events have no number, and nobody gets them later.</summary>
    public RemoteAudience Volatile => new(_namespace, _audience, _flags with { IsVolatile = true });

    private protected override PayloadSerializer Serializer => _namespace.Payloads;

    /// <summary>Adds rooms: whoever is in at least one of the rooms is addressed, once.</summary>
    /// <param name="rooms">The names. The id of a socket is the room of that socket.</param>
    /// <returns>The larger audience.</returns>
    public RemoteAudience To(params ReadOnlySpan<string> rooms) => new(_namespace, _audience with { Rooms = [.. _audience.Rooms, .. rooms] }, _flags);

    /// <summary>The same as <see cref="To"/>.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The larger audience.</returns>
    public RemoteAudience In(params ReadOnlySpan<string> rooms) => To(rooms);

    /// <summary>Adds all sockets of a user. Servers of Node know no users.</summary>
    /// <param name="userId">The id of the user.</param>
    /// <returns>The larger audience.</returns>
    public RemoteAudience ToUser(string userId) => To(UserRoom.Of(userId));

    /// <summary>Leaves the members of rooms out.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The smaller audience.</returns>
    public RemoteAudience Except(params ReadOnlySpan<string> rooms) => new(_namespace, _audience with { Except = [.. _audience.Except, .. rooms] }, _flags);

    /// <summary>Says whether transports that can compress should do so.</summary>
    /// <param name="compress">Whether to compress.</param>
    /// <returns>The same audience with that choice.</returns>
    public RemoteAudience Compress(bool compress) => new(_namespace, _audience, _flags with { Compress = compress });

    /// <inheritdoc cref="Emitter.Conflate" />
    public RemoteAudience Conflate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(_namespace, _audience, _flags with { ConflationKey = key });
    }

    /// <summary>Puts everybody addressed into rooms, also those that are away and come back.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>A task that completes when it is stored. The nodes do it a moment later: an event that is emitted right behind it may find them not yet in their rooms.</returns>
    public ValueTask JoinAsync(params ReadOnlySpan<string> rooms) => PublishAsync(PublicationKind.Join, rooms.ToArray());

    /// <summary>Takes everybody addressed out of rooms, also those that are away and come back.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>A task that completes when it is stored.</returns>
    public ValueTask LeaveAsync(params ReadOnlySpan<string> rooms) => PublishAsync(PublicationKind.Leave, rooms.ToArray());

    /// <summary>Disconnects everybody addressed.</summary>
    /// <param name="closeConnection">Whether to close the whole connection, with all its namespaces.</param>
    /// <returns>A task that completes when it is stored.</returns>
    public ValueTask DisconnectAsync(bool closeConnection = false) => PublishAsync(PublicationKind.Disconnect, [], closeConnection);

    internal ValueTask PublishEventAsync(EventPayload payload, CancellationToken cancellationToken) => _namespace.PublishAsync(
        new Publication
        {
            Kind = PublicationKind.Event,
            Namespace = _namespace.Path,
            Audience = _audience,
            Payload = payload,
            IsVolatile = _flags.IsVolatile,
            Compress = _flags.Compress,
            ConflationKey = _flags.ConflationKey,
        },
        cancellationToken);

    private protected override ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken) => PublishEventAsync(payload, cancellationToken);

    private ValueTask PublishAsync(PublicationKind kind, string[] rooms, bool closeConnection = false) => _namespace.PublishAsync(
        new Publication { Kind = kind, Namespace = _namespace.Path, Audience = _audience, Rooms = rooms, CloseConnection = closeConnection }, CancellationToken.None);
}

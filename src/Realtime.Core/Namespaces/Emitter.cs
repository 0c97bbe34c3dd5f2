using Realtime.Core.Acks;
using Realtime.Core.Backplane;
using Realtime.Core.Presence;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>An audience in a namespace, and what can be done with it: emit, ask, count, join, leave, disconnect. On all nodes unless <see cref="Local"/>.</summary>
/// <remarks>Immutable: every refinement is a new emitter, so one may be kept and shared.</remarks>
public sealed class Emitter : EventTarget
{
    private readonly Namespace _namespace;
    private readonly Audience _audience;
    private readonly EmitFlags _flags;

    internal Emitter(Namespace owner, Audience audience, EmitFlags flags)
    {
        _namespace = owner;
        _audience = audience;
        _flags = flags;
    }

    /// <summary>Gets the same audience, where events are dropped that cannot go out at once. For values that the next one makes worthless.</summary>
    public Emitter Volatile => new(_namespace, _audience, _flags with { IsVolatile = true });

    /// <summary>Gets the same audience on this node only.</summary>
    public Emitter Local => new(_namespace, _audience with { LocalOnly = true }, _flags);

    private protected override PayloadSerializer Serializer => _namespace.Serializer;

    /// <summary>Adds rooms: whoever is in at least one of the rooms is addressed, once.</summary>
    /// <param name="rooms">The names. The id of a socket is the room of that socket.</param>
    /// <returns>The larger audience.</returns>
    public Emitter To(params ReadOnlySpan<string> rooms) => new(_namespace, _audience with { Rooms = [.. _audience.Rooms, .. rooms] }, _flags);

    /// <summary>The same as <see cref="To"/>.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The larger audience.</returns>
    public Emitter In(params ReadOnlySpan<string> rooms) => To(rooms);

    /// <summary>Adds all sockets of a user.</summary>
    /// <param name="userId">The id of the user.</param>
    /// <returns>The larger audience.</returns>
    public Emitter ToUser(string userId) => To(UserRoom.Of(userId));

    /// <summary>Leaves the members of rooms out.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>The smaller audience.</returns>
    public Emitter Except(params ReadOnlySpan<string> rooms) => new(_namespace, _audience with { Except = [.. _audience.Except, .. rooms] }, _flags);

    /// <summary>Says whether transports that can compress should do so.</summary>
    /// <param name="compress">Whether to compress.</param>
    /// <returns>The same audience with that choice.</returns>
    public Emitter Compress(bool compress) => new(_namespace, _audience, _flags with { Compress = compress });

    /// <summary>
    /// Gets how many of those addressed are behind, on this node: more than half of what may wait for their connection has waited, and a quarter still does.
    /// Ask before publishing what can as well be published less often. While no client of the server is behind, asking costs nothing; otherwise it looks at each member.
    /// </summary>
    public int CongestedCount => _namespace.CountCongested(_audience);

    /// <summary>
    /// Gives what is emitted a key: where the namespace conflates, a newer event of the same key takes the place of one that still waits for a client that is behind.
    /// Elsewhere the key means nothing. An event that asks for an acknowledgement is always kept.
    /// </summary>
    /// <param name="key">The key, for example what the state is of. It is told from those of other namespaces.</param>
    /// <returns>The same audience with that key.</returns>
    public Emitter Conflate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(_namespace, _audience, _flags with { ConflationKey = key });
    }

    /// <summary>Sets how long acknowledgements are waited for.</summary>
    /// <param name="timeout">The time.</param>
    /// <returns>The same audience with that time.</returns>
    public Emitter WithTimeout(TimeSpan timeout) => new(_namespace, _audience, _flags with { Timeout = timeout });

    /// <summary>Emits a typed event and gathers the acknowledgements of everybody addressed.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Stops the wait; the event may still be handled.</param>
    /// <returns>The answers that came in time.</returns>
    public async ValueTask<IReadOnlyList<TAck?>> EmitAsync<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        EventPayload data = Serializer.SerializeEvent(realtimeEvent.Name, payload);
        BroadcastAcks acks = await _namespace.Cluster.AskManyAsync(_audience, data, _flags, cancellationToken).ConfigureAwait(false);
        return [.. acks.Responses.Select(_namespace.ReadAck<TAck>)];
    }

    /// <summary>Emits an event by its name and gathers the acknowledgements of everybody addressed, on all nodes unless <see cref="Local"/>.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The answers that came in time; see <see cref="BroadcastAcks.IsComplete"/>.</returns>
    public ValueTask<BroadcastAcks> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        return _namespace.Cluster.AskManyAsync(_audience, Serializer.SerializeEvent(eventName, arguments), _flags, CancellationToken.None);
    }

    /// <summary>Emits a typed event, and tells where it stands in the logs of the rooms and whom it has reached.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Stops the wait; the event may still be delivered.</param>
    /// <returns>The event as it was emitted.</returns>
    public async ValueTask<TrackedEmit> EmitTrackedAsync<TPayload>(RealtimeEvent<TPayload> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        Publication publication = _namespace.CreateEvent(_audience, Serializer.SerializeEvent(realtimeEvent.Name, payload), _flags);
        PublishResult result = await _namespace.PublishAsync(publication, cancellationToken).ConfigureAwait(false);
        return new TrackedEmit(_namespace.Recovery.Receipts, _audience, result);
    }

    /// <summary>Finds the sockets that are addressed, on all nodes unless <see cref="Local"/>.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What is known of each.</returns>
    /// <exception cref="ClusterTimeoutException">Not all nodes answered in time: within <see cref="WithTimeout"/>, or what the backplane allows.</exception>
    public ValueTask<IReadOnlyList<RemoteSocket>> FetchSocketsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _namespace.Cluster.FetchSocketsAsync(_audience, _flags.Timeout, cancellationToken);
    }

    /// <summary>
    /// Reads which users are in the room, on all nodes unless <see cref="Local"/>; of an audience without a room, which are in the namespace. A user with several sockets is there once, clients without a user and
    /// clients that are away are not, and it makes no difference who the sender is.
    /// </summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>How many there are, and who; of a large room a sample. A node that died counts until its lease is over.</returns>
    /// <exception cref="InvalidOperationException">The presence in the room is not tracked, see <see cref="NamespaceBuilder.TrackPresence"/>; or there are several rooms, or exceptions.</exception>
    /// <exception cref="BackplaneUnavailableException">The store of presence cannot be asked now.</exception>
    public ValueTask<RoomPresence> PresenceAsync(CancellationToken cancellationToken = default) => _namespace.Presence is { } presence
        ? presence.ReadAsync(_audience, cancellationToken)
        : throw new InvalidOperationException($"The namespace '{_namespace.Path.Value}' does not track presence: call TrackPresence when it is added.");

    /// <summary>Puts everybody addressed into rooms.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>A task that completes when it is done on this node.</returns>
    public ValueTask JoinAsync(params ReadOnlySpan<string> rooms) => PublishAsync(PublicationKind.Join, rooms.ToArray());

    /// <summary>Takes everybody addressed out of rooms.</summary>
    /// <param name="rooms">The names.</param>
    /// <returns>A task that completes when it is done on this node.</returns>
    public ValueTask LeaveAsync(params ReadOnlySpan<string> rooms) => PublishAsync(PublicationKind.Leave, rooms.ToArray());

    /// <summary>Disconnects everybody addressed.</summary>
    /// <param name="closeConnection">Whether to close the whole connection, with all its namespaces.</param>
    /// <returns>A task that completes when it is done on this node.</returns>
    public ValueTask DisconnectAsync(bool closeConnection = false) => PublishAsync(PublicationKind.Disconnect, [], closeConnection);

    private protected override ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken) =>
        _namespace.SendAsync(_namespace.CreateEvent(_audience, payload, _flags), cancellationToken);

    private ValueTask PublishAsync(PublicationKind kind, string[] rooms, bool closeConnection = false) =>
        _namespace.SendAsync(
            new Publication { Kind = kind, Namespace = _namespace.Path, Audience = _audience, Rooms = rooms, CloseConnection = closeConnection },
            CancellationToken.None);
}

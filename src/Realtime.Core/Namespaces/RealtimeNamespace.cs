using Realtime.Core.Acks;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>A namespace, for code outside of handlers: emit to it, look into it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RealtimeNamespace : EventTarget
{
    private readonly Namespace _namespace;
    private readonly Emitter _everyone;

    internal RealtimeNamespace(Namespace owner)
    {
        _namespace = owner;
        _everyone = new Emitter(owner, Audience.Everyone, EmitFlags.Default);
    }

    /// <summary>Gets the name, with its leading slash.</summary>
    public string Name => _namespace.Path.Value;

    /// <summary>Gets everybody in the namespace.</summary>
    public Emitter Everyone => _everyone;

    /// <summary>Gets everybody, where events are dropped that cannot go out at once.</summary>
    public Emitter Volatile => _everyone.Volatile;

    /// <summary>Gets everybody on this node.</summary>
    public Emitter Local => _everyone.Local;

    /// <summary>Gets the sockets on this node, as they are while they are enumerated.</summary>
    public IEnumerable<RealtimeSocket> Sockets => _namespace.Sockets;

    /// <summary>Gets the number of sockets on this node.</summary>
    public int SocketCount => _namespace.Index.Count;

    /// <summary>Gets the names of the rooms on this node, without private ones.</summary>
    public IEnumerable<string> RoomNames => _namespace.Index.RoomNames;

    private protected override PayloadSerializer Serializer => _namespace.Serializer;

    /// <summary>Finds a socket on this node.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The socket, or <see langword="null"/>.</returns>
    public RealtimeSocket? FindSocket(string id) => _namespace.Index.TryFind(id, out Recipient? recipient) ? (RealtimeSocket)recipient.Owner : null;

    /// <inheritdoc cref="Emitter.To" />
    public Emitter To(params ReadOnlySpan<string> rooms) => _everyone.To(rooms);

    /// <inheritdoc cref="Emitter.To" />
    public Emitter In(params ReadOnlySpan<string> rooms) => _everyone.To(rooms);

    /// <inheritdoc cref="Emitter.ToUser" />
    public Emitter ToUser(string userId) => _everyone.ToUser(userId);

    /// <inheritdoc cref="Emitter.Except" />
    public Emitter Except(params ReadOnlySpan<string> rooms) => _everyone.Except(rooms);

    /// <inheritdoc cref="Emitter.WithTimeout" />
    public Emitter WithTimeout(TimeSpan timeout) => _everyone.WithTimeout(timeout);

    /// <inheritdoc cref="Emitter.EmitWithAckAsync" />
    public ValueTask<BroadcastAcks> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments) => _everyone.EmitWithAckAsync(eventName, arguments);

    /// <summary>Counts the nodes that have the namespace, this one included.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The number.</returns>
    public ValueTask<int> CountNodesAsync(CancellationToken cancellationToken = default) => _namespace.CountNodesAsync(cancellationToken);

    /// <summary>Lists the rooms of the namespace on all nodes.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The names, each once; the private rooms of sockets, which are their ids, are among them.</returns>
    /// <exception cref="ClusterTimeoutException">Not all nodes answered in time.</exception>
    public ValueTask<IReadOnlyCollection<string>> FetchRoomNamesAsync(CancellationToken cancellationToken = default) => _namespace.Cluster.FetchRoomsAsync(cancellationToken);

    /// <summary>Hands an event to the server-side handlers of the same namespace on every other node: see <see cref="NamespaceBuilder.OnServerEvent"/>.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A task that completes when the backplane has taken the event.</returns>
    public ValueTask ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        EventPayload payload = ServerEvent.Serialize(Serializer, eventName, arguments);
        return _namespace.SendAsync(
            new Publication { Kind = PublicationKind.ServerEvent, Namespace = _namespace.Path, Audience = Audience.Everyone, Payload = payload },
            CancellationToken.None);
    }

    /// <summary>
    /// Hands an event to the server-side handlers of the same namespace on every other node, and gathers what they return. A node without a handler for the event
    /// does not answer.
    /// </summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>One answer of each other node; none on a single node.</returns>
    /// <exception cref="ClusterTimeoutException">Not all nodes answered in the time that the backplane has for requests; it has the answers of those that did.</exception>
    public ValueTask<IReadOnlyList<EventArguments>> ServerSideEmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments) =>
        _namespace.Cluster.AskServersAsync(ServerEvent.Serialize(Serializer, eventName, arguments), CancellationToken.None);

    private protected override ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken) =>
        _namespace.SendAsync(_namespace.CreateEvent(Audience.Everyone, payload, EmitFlags.Default), cancellationToken);
}

using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>A namespace as a process sees it that serves no connections: all of its sockets are elsewhere. It can be emitted to, but not looked into.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class RemoteNamespace : EventTarget
{
    private readonly IPublisher _publisher;

    internal RemoteNamespace(NamespacePath path, IPublisher publisher, PayloadSerializer serializer)
    {
        Path = path;
        _publisher = publisher;
        Payloads = serializer;
        Everyone = new RemoteAudience(this, Audience.Everyone, EmitFlags.Default);
    }

    /// <summary>Gets the name, with its leading slash.</summary>
    public string Name => Path.Value;

    /// <summary>Gets everybody in the namespace.</summary>
    public RemoteAudience Everyone { get; }

    /// <summary>Gets everybody, where events are dropped that cannot go out at once.</summary>
    public RemoteAudience Volatile => Everyone.Volatile;

    internal NamespacePath Path { get; }

    internal PayloadSerializer Payloads { get; }

    private protected override PayloadSerializer Serializer => Payloads;

    /// <inheritdoc cref="RemoteAudience.To" />
    public RemoteAudience To(params ReadOnlySpan<string> rooms) => Everyone.To(rooms);

    /// <inheritdoc cref="RemoteAudience.To" />
    public RemoteAudience In(params ReadOnlySpan<string> rooms) => Everyone.To(rooms);

    /// <inheritdoc cref="RemoteAudience.ToUser" />
    public RemoteAudience ToUser(string userId) => Everyone.ToUser(userId);

    /// <inheritdoc cref="RemoteAudience.Except" />
    public RemoteAudience Except(params ReadOnlySpan<string> rooms) => Everyone.Except(rooms);

    /// <summary>Hands an event to the server-side handlers of the namespace on every node that has clients in it: see <see cref="NamespaceBuilder.OnServerEvent"/>. Nobody can answer.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>A task that completes when the event is on its way to the nodes. It is not kept for a node that is out of reach.</returns>
    /// <exception cref="BackplaneUnavailableException">The event was not taken in time.</exception>
    public ValueTask ServerSideEmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        EventPayload payload = ServerEvent.Serialize(Serializer, eventName, arguments);
        return PublishAsync(
            new Publication { Kind = PublicationKind.ServerEvent, Namespace = Path, Audience = Audience.Everyone, Payload = payload }, CancellationToken.None);
    }

    internal async ValueTask PublishAsync(Publication publication, CancellationToken cancellationToken) =>
        await _publisher.PublishAsync(publication, cancellationToken).ConfigureAwait(false);

    private protected override ValueTask SendAsync(string eventName, EventPayload payload, CancellationToken cancellationToken) =>
        Everyone.PublishEventAsync(payload, cancellationToken);
}

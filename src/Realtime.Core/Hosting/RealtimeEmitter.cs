using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Hosting;

/// <summary>An emitter: a publisher, and what is made of arguments before it gets them. It has no rooms, no sessions and no sockets.</summary>
/// <remarks>Thread-safe. The publisher is the container's, which disposes of it.</remarks>
internal sealed class RealtimeEmitter(string name, IPublisher publisher, RealtimeEmitterOptions options, TimeProvider timeProvider) : IRealtimeEmitter
{
    private readonly PayloadSerializer _serializer = new(options.Json);

    public string Name => name;

    public RemoteNamespace Of(string name) => new(NamespacePath.Parse(name), publisher, _serializer);

    public ValueTask RevokeAsync(Revocation revocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(revocation);
        return PublishAsync(PublicationKind.Revoke, revocation, closeConnections: false, cancellationToken);
    }

    public ValueTask DisconnectUserAsync(string userId, bool closeConnections, CancellationToken cancellationToken) =>
        PublishAsync(PublicationKind.DisconnectUser, Revocation.OfUser(userId), closeConnections, cancellationToken);

    private async ValueTask PublishAsync(PublicationKind kind, Revocation revocation, bool closeConnections, CancellationToken cancellationToken) =>
        await publisher.PublishAsync(SessionRevoker.Describe(kind, revocation with { Time = timeProvider.GetUtcNow() }, closeConnections), cancellationToken).ConfigureAwait(false);
}

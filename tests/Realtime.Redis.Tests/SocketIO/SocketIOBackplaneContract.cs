using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO;

namespace Realtime.Redis.Tests.SocketIO;

/// <summary>What the protocols of Node keep of the contract, and what they have no place for.</summary>
public abstract class SocketIOBackplaneContract(RedisFixture redis) : BackplaneContract
{
    protected override int MaxNodes => 3;

    protected override bool Numbers => false;

    private protected abstract SocketIORedisMode Mode { get; }

    // Only publications that came back from Redis have lost something.
    protected override Publication AsHeard(Publication publication, bool elsewhere) => publication.Kind switch
    {
        PublicationKind.Revoke => publication,
        PublicationKind.Event => elsewhere ? publication with { Audience = AudienceOf(publication), Rooms = [], CloseConnection = false, Revocation = null } : publication,
        _ when elsewhere || Mode == SocketIORedisMode.Classic => new Publication
        {
            Kind = publication.Kind,
            Namespace = publication.Namespace,
            Audience = AudienceOf(publication),
            Payload = new EventPayload(default, []),
            Rooms = publication.Kind == PublicationKind.Disconnect ? [] : publication.Rooms,
            CloseConnection = publication.Kind == PublicationKind.Disconnect && publication.CloseConnection,
        },
        _ => publication,
    };

    protected override Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes)
    {
        var options = new SocketIORedisAdapterOptions { Key = redis.NextPrefix(), Mode = Mode };
        return Task.FromResult<IReadOnlyList<IBackplane>>([.. Enumerable.Range(0, nodes).Select(_ => Create(options))]);
    }

    private SocketIOBackplane Create(SocketIORedisAdapterOptions options)
    {
        var backplane = new SocketIOBackplane(new NoServices(), SocketIORedisConnection.To("", redis.Configuration), options, TimeProvider.System, NullLogger.Instance);
        backplane.Attach(new SilentNode());
        return backplane;
    }

    private static Audience AudienceOf(Publication publication) =>
        new() { Rooms = publication.Audience.Rooms, Except = publication.Audience.Sender is { } sender ? [.. publication.Audience.Except, sender] : publication.Audience.Except };

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}

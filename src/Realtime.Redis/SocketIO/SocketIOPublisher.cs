using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Redis.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>Publishes as <c>@socket.io/redis-emitter</c> does, to servers of Node and of this library that have the classic adapter. Nothing is numbered, nothing is kept, and nobody answers.</summary>
/// <remarks>Thread-safe. Nothing waits for Redis: what it does not take at once has failed.</remarks>
internal sealed class SocketIOPublisher(Func<Task<IConnectionMultiplexer>> connect, string key) : IPublisher, IDisposable
{
    private readonly string _id = RandomId.Create();

    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        (RedisChannel channel, ReadOnlyMemory<byte> message) = Encode(publication);
        try
        {
            IConnectionMultiplexer connection = await connect().WaitAsync(cancellationToken).ConfigureAwait(false);
            await connection.GetSubscriber().PublishAsync(channel, message).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            if (!publication.IsVolatile)
            {
                throw new BackplaneUnavailableException("Nothing was done: Redis is not available.", exception);
            }
        }

        return PublishResult.Unnumbered;
    }

    public ValueTask DisposeAsync() => default;

    /// <summary>For a container that is disposed of synchronously: it refuses to be when a service can only be disposed of asynchronously.</summary>
    public void Dispose()
    {
        // The connection is the container's.
    }

    private (RedisChannel Channel, ReadOnlyMemory<byte> Message) Encode(Publication publication)
    {
        var requests = RedisChannel.Literal($"{key}-request#{publication.Namespace.Value}#");
        switch (publication.Kind)
        {
            case PublicationKind.Event:
                string[] rooms = NodeFormat.RoomsOf(publication.Audience);
                return (RedisChannel.Literal($"{key}#{publication.Namespace.Value}#{(rooms.Length == 1 ? rooms[0] + "#" : "")}"), EmitterFormat.Broadcast(publication));
            case PublicationKind.Join:
                return (requests, EmitterFormat.Control(ClassicType.RemoteJoin, publication));
            case PublicationKind.Leave:
                return (requests, EmitterFormat.Control(ClassicType.RemoteLeave, publication));
            case PublicationKind.Disconnect:
                return (requests, EmitterFormat.Control(ClassicType.RemoteDisconnect, publication));
            case PublicationKind.ServerEvent:
                NamespaceAdapter.ThrowIfDangerous(publication.Payload);
                return (requests, ClassicFormat.ServerSideEmit(EmitterFormat.Uid, requestId: null, publication.Payload));
            case PublicationKind.Revoke:
                return (Revocations.ChannelOf(key), PublicationCodec.Encode(publication with { Id = _id }));
            default:
                throw new NotSupportedException("The protocol of Node knows no users: disconnect the sockets of a room instead.");
        }
    }
}

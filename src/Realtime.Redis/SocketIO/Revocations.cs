using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Redis.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>Ends of sessions, which Node does not know: they go between the servers of this library on a channel of their own, which no server of Node listens to.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Revocations(AdapterEnvironment environment)
{
    private readonly RedisChannel _channel = ChannelOf(environment.Options.Key);
    private readonly string _node = Guid.NewGuid().ToString("N");

    internal static RedisChannel ChannelOf(string key) => RedisChannel.Literal($"{key}-realtime-revocations");

    internal Task StartAsync() => ChannelSubscription.StartAsync(environment, _channel, OnMessageAsync);

    internal async ValueTask PublishAsync(Publication publication)
    {
        await environment.Receiver.OnPublicationAsync(publication).ConfigureAwait(false);
        try
        {
            await environment.Subscriber.PublishAsync(_channel, PublicationCodec.Encode(publication with { Id = _node })).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new BackplaneUnavailableException("The sessions have ended on this node only: Redis is not available.", exception);
        }
    }

    private ValueTask OnMessageAsync(string channel, ReadOnlyMemory<byte> bytes)
    {
        Publication publication = PublicationCodec.Decode(NamespacePath.Root, bytes);
        return publication.Id == _node || publication.Revocation is null ? default : environment.Receiver.OnPublicationAsync(publication with { Id = null });
    }
}

using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>Counts the nodes of a namespace as Node does: by those who have subscribed to a channel, on all masters.</summary>
internal static class NodeCount
{
    internal static async Task<int> OfAsync(IConnectionMultiplexer connection, string channel, bool isSharded)
    {
        long count = 0;
        bool asked = false;
        foreach (IServer server in connection.GetServers())
        {
            if (server.IsConnected && !server.IsReplica)
            {
                asked = true;
                count += isSharded
                    ? await CountShardedAsync(server, channel).ConfigureAwait(false)
                    : await server.SubscriptionSubscriberCountAsync(RedisChannel.Literal(channel)).ConfigureAwait(false);
            }
        }

        return asked ? (int)Math.Max(1, count) : throw new RedisException("No Redis server is in reach: the nodes cannot be counted.");
    }

    private static async Task<long> CountShardedAsync(IServer server, string channel)
    {
        RedisResult answer = await server.ExecuteAsync("PUBSUB", "SHARDNUMSUB", channel).ConfigureAwait(false);
        return answer.Length > 1 ? (long)answer[1] : 0;
    }
}

namespace Realtime.Redis.Tests;

/// <summary>The tests that share one Redis Cluster, which takes some seconds to agree.</summary>
[CollectionDefinition(Name)]
public sealed class RedisClusterGroup : ICollectionFixture<RedisClusterFixture>
{
    internal const string Name = "Redis Cluster";
}

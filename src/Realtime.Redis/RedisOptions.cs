using Realtime.Redis.Directory;
using Realtime.Redis.Idempotency;
using Realtime.Redis.Limits;
using Realtime.Redis.Presence;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis;

/// <summary>Where Redis is, and how it is used.</summary>
public sealed class RedisOptions
{
    /// <summary>Gets or sets where Redis is and how to connect, as StackExchange.Redis reads it: <c>host:port,password=…,ssl=true</c>; several hosts of a Redis Cluster; <c>serviceName=…</c> with Sentinels.</summary>
    /// <value>Default <c>localhost:6379</c>. Not used when <see cref="ConnectionFactory"/> is set.</value>
    public string Configuration { get; set; } = "localhost:6379";

    /// <summary>Gets or sets what connects, for settings that do not fit in a string, or a connection that the application has already. Such a connection is not closed with the server.</summary>
    /// <value>Default <see langword="null"/>.</value>
    public Func<Task<IConnectionMultiplexer>>? ConnectionFactory { get; set; }

    /// <summary>Gets or sets what all keys and channels begin with. Servers with the same prefix on the same Redis are one cluster.</summary>
    /// <value>Default <c>rt</c>. Not empty, without braces: those mark the part of a key that decides on which server of a Redis Cluster it lies.</value>
    public string KeyPrefix
    {
        get => Backplane.KeyPrefix;
        set => Backplane.KeyPrefix = Sessions.Prefix = Directory.Prefix = Presence.Prefix = Idempotency.Prefix = RateLimits.Prefix = value;
    }

    /// <summary>Gets how nodes talk to each other.</summary>
    public RedisBackplaneOptions Backplane { get; } = new();

    /// <summary>Gets how sessions are kept.</summary>
    public RedisSessionOptions Sessions { get; } = new();

    /// <summary>Gets how connections of users are listed.</summary>
    public RedisDirectoryOptions Directory { get; } = new();

    /// <summary>Gets how the presence of users in rooms is kept.</summary>
    public RedisPresenceOptions Presence { get; } = new();

    /// <summary>Gets how results of idempotent events are kept.</summary>
    public RedisIdempotencyOptions Idempotency { get; } = new();

    /// <summary>Gets how allowances that hold on all servers are kept.</summary>
    public RedisRateLimitOptions RateLimits { get; } = new();
}

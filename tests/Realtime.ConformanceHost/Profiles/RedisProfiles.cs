using Realtime.Redis.SocketIO;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>The profiles that form a cluster with servers on Node, over the Redis that <c>REDIS</c> names. Without it there are none.</summary>
internal static class RedisProfiles
{
    internal static IEnumerable<Profile> Create() => Environment.GetEnvironmentVariable("REDIS") is { Length: > 0 } redis
        ?
        [
            Create("redis", redis, static _ => { }),
            Create("redis-specific", redis, static options => options.PublishOnSpecificResponseChannel = true),
            Create("redis-sharded", redis, static options => options.Mode = SocketIORedisMode.Sharded),
            Create("redis-sharded-private", redis, static options =>
            {
                options.Mode = SocketIORedisMode.Sharded;
                options.SubscriptionMode = SocketIORedisSubscriptionMode.DynamicPrivate;
            }),
            Create("redis-sharded-static", redis, static options =>
            {
                options.Mode = SocketIORedisMode.Sharded;
                options.SubscriptionMode = SocketIORedisSubscriptionMode.Static;
            }),
        ]
        : [];

    private static Profile Create(string name, string redis, Action<SocketIORedisAdapterOptions> configure) => new(name)
    {
        ConfigureServer = server => server.AddSocketIORedisAdapter(redis, options =>
        {
            options.Key = name;
            options.RequestsTimeout = TimeSpan.FromSeconds(1);
            configure(options);
        }),
    };
}

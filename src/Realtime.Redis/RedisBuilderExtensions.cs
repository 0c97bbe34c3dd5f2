using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.Core.Hosting;
using Realtime.Redis;
using Realtime.Redis.Backplane;
using Realtime.Redis.Directory;
using Realtime.Redis.Idempotency;
using Realtime.Redis.Limits;
using Realtime.Redis.Nodes;
using Realtime.Redis.Presence;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets servers in any number of processes behave as one.</summary>
public static class RedisBuilderExtensions
{
    /// <summary>Shares rooms, logs, sessions, presence and limits of users with all servers that use the same Redis and the same key prefix.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configuration">Where Redis is, see <see cref="RedisOptions.Configuration"/>.</param>
    /// <param name="configure">Further settings.</param>
    /// <returns>The server.</returns>
    /// <remarks>The server does not start without Redis. When Redis is away later, clients stay connected and what is numbered waits for it: see the guide.</remarks>
    public static IRealtimeBuilder AddRedis(this IRealtimeBuilder builder, string configuration, Action<RedisOptions>? configure = null) => builder.AddRedis(options =>
    {
        options.Configuration = configuration;
        configure?.Invoke(options);
    });

    /// <inheritdoc cref="AddRedis(IRealtimeBuilder, string, Action{RedisOptions})" />
    public static IRealtimeBuilder AddRedis(this IRealtimeBuilder builder, Action<RedisOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        string name = builder.Name;
        builder.Services.AddOptions<RedisOptions>(name).Configure(configure).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RedisOptions>>(new RedisOptionsValidator(name));
        builder.Services.AddKeyedSingleton(name, (services, _) => new RedisConnection(OptionsOf(services, name), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddKeyedSingleton(name, (services, _) => new RedisSessionStore(
            services.GetRequiredKeyedService<RedisConnection>(name).Connect(),
            services.GetRequiredService<IOptionsMonitor<RealtimeOptions>>().Get(name).Recovery.Sessions,
            OptionsOf(services, name).Sessions,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RedisSessionStore>>()));
        builder.UseSessionStore(services => services.GetRequiredKeyedService<RedisSessionStore>(name));
        builder.AddUsers(name);
        builder.UseIdempotencyStore(services => new RedisIdempotencyStore(
            services.GetRequiredKeyedService<RedisConnection>(name).Connect(),
            services.GetRequiredService<IOptionsMonitor<RealtimeOptions>>().Get(name).Idempotency,
            OptionsOf(services, name).Idempotency,
            services.GetRequiredService<TimeProvider>()));
        builder.AddRateLimits(name);
        builder.Services.AddKeyedSingleton<INodeAddresses>(name, (services, _) => new RedisNodeAddresses(
            new RedisCalls(services.GetRequiredKeyedService<RedisConnection>(name).Connect(), OptionsOf(services, name).Sessions.Retries, services.GetRequiredService<TimeProvider>()),
            OptionsOf(services, name).KeyPrefix,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RedisNodeAddresses>>()));
        return builder.UseBackplane(services => new RedisBackplane(
            services.GetRequiredKeyedService<RedisConnection>(name).ConnectAsync,
            OptionsOf(services, name).Backplane,
            services.GetRequiredService<IOptionsMonitor<RealtimeOptions>>().Get(name).Recovery.Retention,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>()));
    }

    // What lives by the lease of the node: where users are connected, and in which rooms they are.
    private static void AddUsers(this IRealtimeBuilder builder, string name)
    {
        builder.UseConnectionDirectory(services => new RedisConnectionDirectory(
            services.GetRequiredKeyedService<RedisConnection>(name).Connect(),
            services.GetRequiredKeyedService<RedisSessionStore>(name).Lease,
            OptionsOf(services, name),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>()));
        builder.UsePresenceStore(services => new RedisPresenceStore(
            services.GetRequiredKeyedService<RedisConnection>(name).Connect(),
            services.GetRequiredKeyedService<RedisSessionStore>(name).Lease,
            OptionsOf(services, name),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>()));
    }

    private static void AddRateLimits(this IRealtimeBuilder builder, string name) => builder.UseRateLimitStore(services => new RedisRateLimitStore(
        services.GetRequiredKeyedService<RedisConnection>(name).Connect(),
        OptionsOf(services, name).RateLimits,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILoggerFactory>()));

    private static RedisOptions OptionsOf(IServiceProvider services, string name) => services.GetRequiredService<IOptionsMonitor<RedisOptions>>().Get(name);
}

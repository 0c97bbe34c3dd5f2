using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Realtime.Core.Hosting;
using Realtime.Redis;
using Realtime.Redis.Emitter;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a process publish to servers over Redis without being one.</summary>
public static class RedisEmitterExtensions
{
    /// <summary>Publishes to the clients of all servers that use the same Redis and the same key prefix with <c>AddRedis</c>.</summary>
    /// <param name="builder">The emitter.</param>
    /// <param name="configuration">Where Redis is, see <see cref="RedisOptions.Configuration"/>.</param>
    /// <param name="configure">Further settings: the key prefix, and of <see cref="RedisOptions.Backplane"/> how long and how much waits for Redis. The rest is for servers.</param>
    /// <returns>The emitter.</returns>
    /// <remarks>It connects with the first publication. While Redis is away publications wait for it, up to <see cref="RedisBackplaneOptions.PublishTimeout"/>; volatile events are dropped.</remarks>
    public static IRealtimeEmitterBuilder AddRedis(this IRealtimeEmitterBuilder builder, string configuration, Action<RedisOptions>? configure = null) => builder.AddRedis(options =>
    {
        options.Configuration = configuration;
        configure?.Invoke(options);
    });

    /// <inheritdoc cref="AddRedis(IRealtimeEmitterBuilder, string, Action{RedisOptions})" />
    public static IRealtimeEmitterBuilder AddRedis(this IRealtimeEmitterBuilder builder, Action<RedisOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        string name = "emitter:" + builder.Name; // apart from servers, whose names are their own
        builder.Services.AddOptions<RedisOptions>(name).Configure(configure);
        builder.Services.AddSingleton<IValidateOptions<RedisOptions>>(new RedisOptionsValidator(name));
        builder.Services.AddKeyedSingleton(name, (services, _) => new RedisConnection(OptionsOf(services, name), LoggersOf(services), failsFast: true));
        return builder.UsePublisher(services => new RedisPublisher(
            services.GetRequiredKeyedService<RedisConnection>(name).ConnectAsync,
            OptionsOf(services, name).Backplane,
            services.GetRequiredService<IOptionsMonitor<RealtimeEmitterOptions>>().Get(builder.Name).Retention,
            services.GetRequiredService<TimeProvider>(),
            LoggersOf(services)));
    }

    private static RedisOptions OptionsOf(IServiceProvider services, string name) => services.GetRequiredService<IOptionsMonitor<RedisOptions>>().Get(name);

    private static ILoggerFactory LoggersOf(IServiceProvider services) => services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Core.Hosting;
using Realtime.Redis;
using Realtime.Redis.SocketIO;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a process publish to Socket.IO servers on Node without being one.</summary>
public static class SocketIORedisEmitterExtensions
{
    /// <summary>
    /// Publishes as <c>@socket.io/redis-emitter</c> does, to servers of Node with <c>@socket.io/redis-adapter</c> and of this library with <c>AddSocketIORedisAdapter</c>, both of the classic
    /// protocol. Events are delivered at most once; while Redis is away what is emitted fails at once, and volatile events are dropped.
    /// </summary>
    /// <param name="builder">The emitter.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis reads it: <c>localhost:6379</c>.</param>
    /// <returns>The emitter.</returns>
    public static IRealtimeEmitterBuilder AddSocketIORedisAdapter(this IRealtimeEmitterBuilder builder, string configuration) => builder.AddSocketIORedisAdapter(configuration, "socket.io");

    /// <inheritdoc cref="AddSocketIORedisAdapter(IRealtimeEmitterBuilder, string)" />
    /// <param name="builder">The emitter.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis reads it: <c>localhost:6379</c>.</param>
    /// <param name="key">What the names of all channels begin with: <c>key</c> of the adapters. <c>socket.io</c> unless it is said, as there.</param>
    public static IRealtimeEmitterBuilder AddSocketIORedisAdapter(this IRealtimeEmitterBuilder builder, string configuration, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(configuration);
        return Add(builder, new RedisOptions { Configuration = configuration }, key);
    }

    /// <summary>The same as <see cref="AddSocketIORedisAdapter(IRealtimeEmitterBuilder, string, string)"/>, over a connection of the application.</summary>
    /// <param name="builder">The emitter.</param>
    /// <param name="connect">Gives the connection. It stays the application's. <c>BacklogPolicy.FailFast</c> suits it best.</param>
    /// <param name="key">What the names of all channels begin with: <c>key</c> of the adapters.</param>
    /// <returns>The emitter.</returns>
    public static IRealtimeEmitterBuilder AddSocketIORedisAdapter(this IRealtimeEmitterBuilder builder, Func<Task<IConnectionMultiplexer>> connect, string key)
    {
        ArgumentNullException.ThrowIfNull(connect);
        return Add(builder, new RedisOptions { ConnectionFactory = connect }, key);
    }

    private static IRealtimeEmitterBuilder Add(IRealtimeEmitterBuilder builder, RedisOptions redis, string key)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        string name = "emitter:" + builder.Name;
        builder.Services.AddKeyedSingleton(name, (services, _) => new RedisConnection(redis, services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance, failsFast: true));
        return builder.UsePublisher(services => new SocketIOPublisher(services.GetRequiredKeyedService<RedisConnection>(name).ConnectAsync, key));
    }
}

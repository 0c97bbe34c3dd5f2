using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Core.Hosting;
using Realtime.Redis.SocketIO;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes a server a node of a cluster of Socket.IO servers on Node.</summary>
public static class SocketIORedisBuilderExtensions
{
    /// <summary>
    /// Connects the server to other Socket.IO servers, on Node and of this library, the way <c>@socket.io/redis-adapter</c> does, and to <c>@socket.io/redis-emitter</c>. Events are delivered
    /// at most once, and clients recover nothing: where all servers are of this library, use its own backplane.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis reads it: <c>localhost:6379</c>. It has to be there when the server starts.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddSocketIORedisAdapter(this IRealtimeBuilder builder, string configuration) => builder.AddSocketIORedisAdapter(configuration, static _ => { });

    /// <inheritdoc cref="AddSocketIORedisAdapter(IRealtimeBuilder, string)" />
    /// <param name="builder">The server.</param>
    /// <param name="configuration">Where Redis is, as StackExchange.Redis reads it: <c>localhost:6379</c>. It has to be there when the server starts.</param>
    /// <param name="configure">Changes the options.</param>
    public static IRealtimeBuilder AddSocketIORedisAdapter(this IRealtimeBuilder builder, string configuration, Action<SocketIORedisAdapterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(configuration);
        return Add(builder, SocketIORedisConnection.To(builder.Name, configuration), configure);
    }

    /// <summary>The same as <see cref="AddSocketIORedisAdapter(IRealtimeBuilder, string, Action{SocketIORedisAdapterOptions})"/>, over a connection of the application.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="connect">Gives the connection. It stays the application's, which disposes of it after the server has stopped. <c>BacklogPolicy.FailFast</c> suits it best.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder AddSocketIORedisAdapter(
        this IRealtimeBuilder builder, Func<IServiceProvider, Task<IConnectionMultiplexer>> connect, Action<SocketIORedisAdapterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(connect);
        return Add(builder, new SocketIORedisConnection(builder.Name, connect, isOwned: false), configure);
    }

    private static IRealtimeBuilder Add(IRealtimeBuilder builder, SocketIORedisConnection connection, Action<SocketIORedisAdapterOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new SocketIORedisAdapterOptions();
        configure(options);
        options.Validate();
        builder.Services.AddSingleton(connection);
        builder.Services.TryAddSingleton(static services => new SocketIORedisHealthCheck(services.GetServices<SocketIORedisConnection>()));
        return builder.UseBackplane(services => new SocketIOBackplane(
            services,
            connection,
            options,
            services.GetRequiredService<TimeProvider>(),
            (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Realtime.Redis")));
    }
}

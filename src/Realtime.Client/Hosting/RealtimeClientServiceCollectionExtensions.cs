using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Realtime.Client.Hosting;

/// <summary>Adds clients to an application.</summary>
public static class RealtimeClientServiceCollectionExtensions
{
    /// <summary>Adds a client: inject <see cref="RealtimeClient"/>. The host connects it when it starts, and disposes of it when it ends.</summary>
    /// <param name="services">The services.</param>
    /// <param name="server">The address of the server.</param>
    /// <param name="configure">Configures it.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddRealtimeClient(this IServiceCollection services, string server, Action<IServiceProvider, RealtimeClientBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => Build(provider, server, configure));
        return services.AddSingleton<IHostedService>(static provider => Start(provider, provider.GetRequiredService<RealtimeClient>()));
    }

    /// <summary>Adds a client with a name: inject <c>[FromKeyedServices(name)] RealtimeClient</c>. The host connects it when it starts, and disposes of it when it ends.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name.</param>
    /// <param name="server">The address of the server.</param>
    /// <param name="configure">Configures it.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddKeyedRealtimeClient(this IServiceCollection services, string name, string server, Action<IServiceProvider, RealtimeClientBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddKeyedSingleton(name, (provider, _) => Build(provider, server, configure));
        return services.AddSingleton<IHostedService>(provider => Start(provider, provider.GetRequiredKeyedService<RealtimeClient>(name)));
    }

    private static RealtimeClient Build(IServiceProvider provider, string server, Action<IServiceProvider, RealtimeClientBuilder>? configure)
    {
        var builder = new RealtimeClientBuilder(server);
        if (provider.GetService<ILoggerFactory>() is { } loggers)
        {
            builder.WithLogging(loggers);
        }

        if (provider.GetService<IMeterFactory>() is { } meters)
        {
            builder.WithMetrics(meters);
        }

        if (provider.GetService<TimeProvider>() is { } timeProvider)
        {
            builder.WithTimeProvider(timeProvider);
        }

        configure?.Invoke(provider, builder);
        return builder.Build();
    }

    private static RealtimeClientService Start(IServiceProvider provider, RealtimeClient client) =>
        new(client, provider.GetService<ILoggerFactory>()?.CreateLogger("Realtime.Client") ?? Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
}

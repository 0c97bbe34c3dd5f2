using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every registration of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Adds real-time servers to an application.</summary>
public static class RealtimeServiceCollectionExtensions
{
    /// <summary>Adds the server of the application, with default options.</summary>
    /// <param name="services">The services.</param>
    /// <returns>The server, to add namespaces to.</returns>
    public static IRealtimeBuilder AddRealtime(this IServiceCollection services) => services.AddRealtime("", static _ => { });

    /// <summary>Adds the server of the application.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The server, to add namespaces to.</returns>
    public static IRealtimeBuilder AddRealtime(this IServiceCollection services, Action<RealtimeOptions> configure) => services.AddRealtime("", configure);

    /// <summary>Adds a server beside others, with options and namespaces of its own. It is a keyed service by its name.</summary>
    /// <param name="services">The services.</param>
    /// <param name="name">The name.</param>
    /// <param name="configure">Its options.</param>
    /// <returns>The server, to add namespaces to.</returns>
    public static IRealtimeBuilder AddRealtime(this IServiceCollection services, string name, Action<RealtimeOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<RealtimeOptions>(name).Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RealtimeOptions>, RealtimeOptionsValidator>());
        services.TryAddSingleton<RealtimeServers>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RealtimeServers>(static provider => provider.GetRequiredService<RealtimeServers>()));
        services.AddSingleton(new RealtimeServerName(name));
        services.TryAddKeyedSingleton<IRealtimeServer>(name, static (provider, key) => provider.GetRequiredService<RealtimeServers>().Get((string)key!));
        services.TryAddSingleton<IRealtimeServer>(static provider => provider.GetRequiredService<RealtimeServers>().GetDefault());
        services.TryAddSingleton(static provider => new RealtimeHealthCheck(provider.GetServices<RealtimeServerName>(), provider.GetRequiredService<RealtimeServers>()));
        return new RealtimeBuilder(name, services);
    }
}

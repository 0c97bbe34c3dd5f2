using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Realtime.AspNetCore.Authentication;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every Map method of ASP.NET Core stands, so that it needs no using.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Maps real-time servers to paths.</summary>
public static class RealtimeEndpointRouteBuilderExtensions
{
    private const string DefaultPattern = "/socket.io/";

    /// <summary>Maps the server of the application to <c>/socket.io/</c>, where clients look for it.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <returns>A builder for conventions, such as <c>RequireAuthorization</c>, <c>RequireCors</c> and <c>RequireHost</c>.</returns>
    public static IEndpointConventionBuilder MapRealtime(this IEndpointRouteBuilder endpoints) => endpoints.MapRealtime(DefaultPattern);

    /// <summary>Maps the server of the application to a path.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path, for example <c>/socket.io/</c>.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapRealtime(this IEndpointRouteBuilder endpoints, string pattern) => endpoints.MapRealtime(pattern, "");

    /// <summary>Maps a server to a path.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="serverName">The name that the server was added under.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapRealtime(this IEndpointRouteBuilder endpoints, string pattern, string serverName)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        IRealtimeServer server = endpoints.ServiceProvider.GetRequiredKeyedService<IRealtimeServer>(serverName);
        RealtimeHttpOptions options = endpoints.ServiceProvider.GetRequiredService<IOptionsMonitor<RealtimeHttpOptions>>().Get(serverName);
        return endpoints.Map(pattern, server.Engine, options).WithDisplayName($"Realtime {serverName}".TrimEnd());
    }

    /// <summary>Maps bare connections to a path: Engine.IO without namespaces, for a protocol of your own on messages.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="handler">What the messages are given to.</param>
    /// <param name="configure">The options of connections.</param>
    /// <param name="configureHttp">The options of HTTP.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapRealtimeConnections(
        this IEndpointRouteBuilder endpoints, string pattern, IConnectionHandler handler, Action<ConnectionOptions> configure, Action<RealtimeHttpOptions> configureHttp)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(configureHttp);
        IServiceProvider services = endpoints.ServiceProvider;
        var options = new ConnectionOptions();
        configure(options);
        var http = new RealtimeHttpOptions();
        configureHttp(http);
        ILogger logger = (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Realtime");
        var meter = new RealtimeMeter(services.GetService<System.Diagnostics.Metrics.IMeterFactory>(), pattern);
        var engine = new ConnectionEngine(options, handler, meter, logger, services.GetService<TimeProvider>() ?? TimeProvider.System);
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(engine.Stop);
        return endpoints.Map(pattern, engine, http).WithDisplayName($"Realtime connections {pattern}");
    }

    private static IEndpointConventionBuilder Map(this IEndpointRouteBuilder endpoints, string pattern, ConnectionEngine engine, RealtimeHttpOptions options)
    {
        bool isProduction = endpoints.ServiceProvider.GetService<IHostEnvironment>()?.IsProduction() ?? true;
        var endpoint = new RealtimeEndpoint(engine, options, options.RequireTls ?? isProduction);

        // Everything below the path too, as on Node: proxies and clients append to it.
        return endpoints.Map(pattern.TrimEnd('/') + "/{**rest}", endpoint.HandleAsync).WithMetadata(RealtimeEndpointMetadata.Instance);
    }
}

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Realtime.AspNetCore.Authentication;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every Map method of ASP.NET Core stands, so that it needs no using.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Maps real-time servers to paths for clients without a Socket.IO library.</summary>
public static class RealtimeWebSocketEndpointRouteBuilderExtensions
{
    /// <summary>Maps the server of the application to a path where clients speak the raw WebSocket protocol: one JSON object per message.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path, for example <c>/ws</c>.</param>
    /// <returns>A builder for conventions, such as <c>RequireAuthorization</c>, <c>RequireCors</c> and <c>RequireHost</c>.</returns>
    public static IEndpointConventionBuilder MapRealtimeWebSocket(this IEndpointRouteBuilder endpoints, string pattern) => endpoints.MapRealtimeWebSocket(pattern, "");

    /// <summary>Maps a server to a path where clients speak the raw WebSocket protocol. They meet Socket.IO clients in the same namespaces and rooms.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="serverName">The name that the server was added under.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapRealtimeWebSocket(this IEndpointRouteBuilder endpoints, string pattern, string serverName)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        IServiceProvider services = endpoints.ServiceProvider;
        IRealtimeServer server = services.GetRequiredKeyedService<IRealtimeServer>(serverName);
        RealtimeHttpOptions options = services.GetRequiredService<IOptionsMonitor<RealtimeHttpOptions>>().Get(serverName);
        bool isProduction = services.GetService<IHostEnvironment>()?.IsProduction() ?? true;
        var endpoint = new RawWebSocketEndpoint(server.Engine, options, options.Security.RequireTls ?? isProduction);
        return endpoints.Map(pattern, endpoint.HandleAsync).WithMetadata(RealtimeEndpointMetadata.Instance).WithDisplayName($"Realtime WebSocket {serverName}".TrimEnd());
    }
}

using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every builder extension of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Says how a server is reached over HTTP.</summary>
public static class RealtimeBuilderHttpExtensions
{
    /// <summary>Configures how a server is reached over HTTP.</summary>
    /// <param name="builder">The server.</param>
    /// <param name="configure">The options.</param>
    /// <returns>The server.</returns>
    public static IRealtimeBuilder ConfigureHttp(this IRealtimeBuilder builder, Action<RealtimeHttpOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    /// <summary>Adds a check that is healthy while every server of the application accepts connections.</summary>
    /// <param name="builder">The health checks of the application.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddRealtime(this IHealthChecksBuilder builder) => builder.AddCheck<RealtimeHealthCheck>("realtime");
}

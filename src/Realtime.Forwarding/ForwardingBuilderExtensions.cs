using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;
using Realtime.Forwarding;
using Yarp.ReverseProxy.Forwarder;

#pragma warning disable IDE0130 // Where every builder extension of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Lets a load balancer send any request to any server of a cluster.</summary>
public static class ForwardingBuilderExtensions
{
    /// <summary>
    /// Hands requests with the id of a connection of another server of the cluster on to that server: polls, posts, and upgrades to WebSocket. The ids of connections then begin with
    /// the name of their server. Needs <c>AddRedis</c>, where the servers find each other.
    /// </summary>
    /// <param name="builder">The server.</param>
    /// <param name="configure">At least <see cref="RequestForwardingOptions.Address"/>.</param>
    /// <returns>The server.</returns>
    /// <exception cref="OptionsValidationException">At the start: there is no address, or nothing like <c>AddRedis</c> in which the servers could find each other.</exception>
    public static IRealtimeBuilder AddRequestForwarding(this IRealtimeBuilder builder, Action<RequestForwardingOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        string name = builder.Name;
        builder.Services.AddHttpForwarder();
        builder.Services.AddOptions<RequestForwardingOptions>(name).Configure(configure)
            .Validate<IServiceProvider>((_, services) => services.GetKeyedService<INodeAddresses>(name) is not null, "AddRequestForwarding needs AddRedis: that is where the servers find each other.")
            .Validate(static options => options.Address is { IsAbsoluteUri: true, Scheme: "http" or "https" }, "Address has to be http://… or https://…, where the other servers reach this one.")
            .Validate(static options => options.ConnectTimeout > TimeSpan.Zero && options.ActivityTimeout > TimeSpan.Zero, "ConnectTimeout and ActivityTimeout have to be positive.")
            .ValidateOnStart();
        builder.Services.AddKeyedSingleton(name, (services, _) => new RequestForwarder(
            services.GetRequiredService<IHttpForwarder>(),
            services.GetRequiredKeyedService<INodeAddresses>(name),
            OptionsOf(services, name),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RequestForwarder>>()));
        builder.Services.AddOptions<RealtimeHttpOptions>(name).PostConfigure<IServiceProvider>((http, services) => services.GetRequiredKeyedService<RequestForwarder>(name).Configure(http));
        builder.Services.AddSingleton<IHostedService>(services => new NodeAnnouncement(
            services.GetRequiredKeyedService<RequestForwarder>(name), services.GetRequiredKeyedService<INodeAddresses>(name), OptionsOf(services, name).Address!));
        return builder;
    }

    private static RequestForwardingOptions OptionsOf(IServiceProvider services, string name) => services.GetRequiredService<IOptionsMonitor<RequestForwardingOptions>>().Get(name);
}

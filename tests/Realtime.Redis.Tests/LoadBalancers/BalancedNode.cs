using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>A server behind a load balancer, set up as the guide says, in Production: it takes nobody who did not come over TLS.</summary>
internal sealed class BalancedNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private BalancedNode(WebApplication app) => _app = app;

    internal int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;

    internal static async Task<BalancedNode> StartAsync(string name, string redis, string prefix, Action<RealtimeHttpOptions> configure, bool forwards = false)
    {
        int port = forwards ? LoopbackPort.Find() : 0;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        builder.Services.Configure<ForwardedHeadersOptions>(static options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Add(IPAddress.Loopback);
        });
        IRealtimeBuilder realtime = builder.Services.AddRealtime().AddNamespace("/", space => Define(space, name)).AddRedis(redis, options => options.KeyPrefix = prefix).ConfigureHttp(configure);
        if (forwards)
        {
            realtime.AddRequestForwarding(options => options.Address = new Uri($"http://127.0.0.1:{port}"));
        }

        builder.Services.AddHealthChecks().AddRealtime();
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, port));
        WebApplication app = builder.Build();
        app.UseForwardedHeaders();
        app.UseRouting();
        app.MapHealthChecks("/health");
        app.MapRealtime();
        await app.StartAsync();
        return new BalancedNode(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Define(NamespaceBuilder space, string name)
    {
        space.OnConnected(static socket => socket.JoinAsync("room"));
        space.On("which", context => context.AckAsync(name));
        space.On("address", static context => context.AckAsync(context.Socket.Handshake.Address));
        space.On("say", static async context =>
        {
            await context.Namespace.To("room").EmitAsync("said", context.Get<string>(0));
            await context.AckAsync("done");
        });
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Realtime.Contracts;
using Realtime.Core.Hosting;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.Servers;

/// <summary>What the health check of a server says while its Redis is there, is away, hangs, and is back.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_is_degraded_while_Redis_is_away_and_healthy_again_without_a_restart(bool isNative)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using WebApplication server = await StartAsync(isNative, redis);
        await Bounded.UntilAsync(async () => await CheckAsync(server) == HealthStatus.Healthy, "Redis was seen"); // a Redis that takes more than two seconds counts as away

        await redis.KillAsync();
        await Bounded.UntilAsync(async () => await CheckAsync(server) == HealthStatus.Degraded, "it was seen that Redis is away");
        await redis.RestartAsync(keepData: false);
        await Bounded.UntilAsync(async () => await CheckAsync(server) == HealthStatus.Healthy, "it was seen that Redis is back");

        await redis.PauseAsync();
        Assert.Equal(HealthStatus.Degraded, await CheckAsync(server)); // its connections are still open
        await redis.ContinueAsync();
        await Bounded.UntilAsync(async () => await CheckAsync(server) == HealthStatus.Healthy, "Redis goes on");

        await server.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, await CheckAsync(server));
    }

    private static async Task<HealthStatus> CheckAsync(WebApplication server) =>
        (await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;

    private static async Task<WebApplication> StartAsync(bool isNative, RedisServer redis)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddLogging();
        builder.Services.AddRouting();
        IRealtimeBuilder realtime = builder.Services.AddRealtime().AddNamespace("/");
        string configuration = redis.Address + RedisFixture.PatientCalls;
        _ = isNative ? realtime.AddRedis(configuration) : realtime.AddSocketIORedisAdapter(configuration);
        builder.Services.AddHealthChecks().AddRealtime();
        builder.WebHost.UseKestrel(static options => options.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.MapRealtime();
        await app.StartAsync();
        return app;
    }
}

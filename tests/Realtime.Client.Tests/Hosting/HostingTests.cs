using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Client.Hosting;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Tests.Hosting;

public sealed class HostingTests
{
    [Fact]
    public async Task The_host_connects_its_clients_and_disposes_of_them()
    {
        var main = new FakeServer();
        var other = new FakeServer();
        var services = new ServiceCollection();
        services.AddRealtimeClient("http://main.invalid", (_, builder) => Use(builder, main));
        services.AddKeyedRealtimeClient("other", "http://other.invalid", (_, builder) => Use(builder, other));
        RealtimeClient first;
        RealtimeClient second;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            first = provider.GetRequiredService<RealtimeClient>();
            second = provider.GetRequiredKeyedService<RealtimeClient>("other");
            Assert.NotSame(first, second);
            IHostedService[] hosted = [.. provider.GetServices<IHostedService>()];
            Assert.Equal(2, hosted.Length);
            foreach (IHostedService service in hosted)
            {
                await service.StartAsync(CancellationToken.None); // at once, whether a server is there or not
            }

            await main.AcceptAsync();
            await other.AcceptAsync();
            await Bounded.UntilAsync(() => first.State == ClientState.Connected && second.State == ClientState.Connected, "both are connected");
            await hosted[0].StopAsync(CancellationToken.None);
            Assert.Equal(ClientState.Disconnected, first.State);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => second.ConnectAsync());
    }

    [Fact]
    public async Task A_client_that_gives_up_does_not_stop_its_host()
    {
        var server = new FakeServer { Refuses = ClientCloseReason.Forbidden };
        var services = new ServiceCollection();
        services.AddRealtimeClient("http://main.invalid", (_, builder) => Use(builder, server));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService service = provider.GetServices<IHostedService>().Single();

        await service.StartAsync(CancellationToken.None);
        await Bounded.UntilAsync(() => server.Attempts == 1, "it has tried");
        await service.StopAsync(CancellationToken.None).Within();
    }

    private static void Use(RealtimeClientBuilder builder, FakeServer server)
    {
        builder.Transports = server;
        builder.Configure(options => options.Transports = ClientTransports.WebSocket);
    }
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Realtime.AspNetCore.Endpoints;
using Realtime.Client;
using Realtime.Contracts;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>Two servers behind a load balancer that is configured as docs/guides/load-balancing.md says.</summary>
public sealed class LoadBalancerTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int ClientsPerTransport = 6;
    private const int Questions = 10;
    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task Clients_of_every_transport_meet_through_HAProxy()
    {
        await using BalancedNode a = await StartAsync("a", Cookie);
        await using BalancedNode b = await StartAsync("b", Cookie);
        await using BalancerProcess balancer = await BalancerProcess.StartHaproxyAsync(a, b);
        await MeetAsync(balancer.Address, "-");
    }

    [Fact]
    public async Task Clients_of_every_transport_meet_through_nginx()
    {
        await using BalancedNode a = await StartAsync("a", IdOfProxy);
        await using BalancedNode b = await StartAsync("b", IdOfProxy);
        await using BalancerProcess balancer = await BalancerProcess.StartNginxAsync(a, b);
        await MeetAsync(balancer.Address, "-");
    }

    [Fact]
    public async Task Clients_of_every_transport_meet_through_YARP()
    {
        await using BalancedNode a = await StartAsync("a", static _ => { });
        await using BalancedNode b = await StartAsync("b", static _ => { });
        await using YarpFront front = await YarpFront.StartAsync(a, b);
        await MeetAsync(front.Address, "cookies");
    }

    [Fact]
    public async Task Clients_of_every_transport_meet_when_each_request_goes_to_another_node_that_hands_it_on()
    {
        await using BalancedNode a = await StartAsync("a", static _ => { }, forwards: true);
        await using BalancedNode b = await StartAsync("b", static _ => { }, forwards: true);
        await using YarpFront front = await YarpFront.StartAsync(a, b, hasAffinity: false);
        await MeetAsync(front.Address, "-");
    }

    private static void Cookie(RealtimeHttpOptions http) => http.AffinityCookie = new CookieBuilder { Name = "io", HttpOnly = true, Path = "/socket.io/" };

    private static void IdOfProxy(RealtimeHttpOptions http) => http.GenerateId = static context => ValueTask.FromResult(
        context.Request.Headers["X-Session-Id"] is [{ Length: 32 } id] ? id : RandomNumberGenerator.GetHexString(32, lowercase: true));

    private static async Task MeetAsync(string address, string cookies)
    {
        List<BalancedClient> clients = [];
        var nodes = new SortedSet<string>(StringComparer.Ordinal);
        try
        {
            foreach (ClientTransports transports in (ClientTransports[])[ClientTransports.Polling, ClientTransports.WebSocket, ClientTransports.PollingWithUpgrade])
            {
                for (int i = 0; i < ClientsPerTransport; i++)
                {
                    clients.Add(await BalancedClient.ConnectAsync(address, transports));
                }

                nodes.UnionWith(await Task.WhenAll(clients.TakeLast(ClientsPerTransport).Select(AskOftenAsync)));
            }

            Assert.Equal(["a", "b"], nodes); // of all transports: a hash of random ids may well choose one node for six clients
            await Bounded.UntilAsync(() => clients.TakeLast(ClientsPerTransport).All(static client => client.Client.TransportName == "websocket"), "the upgrades are done");
            Assert.All(clients.Take(ClientsPerTransport), static client => Assert.Equal("polling", client.Client.TransportName));
            await Task.WhenAll(clients.Select(static (client, index) => client.AskAsync("say", $"hello from {index}")));
            await Bounded.UntilAsync(() => clients.All(client => client.Heard.Count >= clients.Count), "everybody heard everybody");
            Assert.All(clients, client => Assert.Equal(clients.Count, client.Heard.Distinct().Count()));

            await SocketIoClient.MeetAsync(address, cookies);
            Assert.All(await Task.WhenAll(clients.Select(static client => client.AskAsync("address"))), static seen => Assert.Equal("127.0.0.1", seen));
            Assert.All(clients, static client => Assert.Equal(0, client.Losses));
        }
        finally
        {
            await Task.WhenAll(clients.Select(static client => client.DisposeAsync().AsTask()));
        }
    }

    /// <summary>Each question is a request of its own while a client is polling: any that came to another node would end the connection.</summary>
    private static async Task<string> AskOftenAsync(BalancedClient client)
    {
        string first = await client.AskAsync("which");
        for (int i = 1; i < Questions; i++)
        {
            Assert.Equal(first, await client.AskAsync("which"));
        }

        return first;
    }

    private Task<BalancedNode> StartAsync(string name, Action<RealtimeHttpOptions> configure, bool forwards = false) =>
        BalancedNode.StartAsync(name, redis.Configuration, _prefix, configure, forwards);
}

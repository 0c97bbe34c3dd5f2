using System.Text.Json.Nodes;
using Realtime.Client.Interop.Tests.Servers;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Scenarios;

public abstract class ConnectScenarios(SharedServer shared, bool recovers = false) : Scenario(shared, recovers)
{
    [Theory, EveryTransport]
    public async Task The_server_sees_auth_query_and_headers(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports, static builder => builder
            .WithAuth(static _ => new ValueTask<object?>(new { token = "ok", level = 3 }))
            .Configure(static options =>
            {
                options.Query["colour"] = "blue & green=été";
                options.Headers["X-Who"] = "the tests";
            }));

        JsonNode handshake = (await Rpc.LookAtAsync(client.Id))["handshake"]!;

        Assert.Equal("ok", (string?)handshake["auth"]!["token"]);
        Assert.Equal(3, (int)handshake["auth"]!["level"]!);
        Assert.Equal("blue & green=été", (string?)handshake["query"]!["colour"]);
        Assert.Equal("4", (string?)handshake["query"]!["EIO"]);
        Assert.Equal("the tests", (string?)handshake["headers"]!["x-who"]);
    }

    [Theory, EveryTransport]
    public async Task Auth_is_asked_anew_for_each_connection(ClientTransports transports)
    {
        int asked = 0;
        RealtimeClient client = await ConnectAsync(transports, builder =>
            builder.WithAuth(_ => new ValueTask<object?>(new { attempt = Interlocked.Increment(ref asked) })));
        var states = StateLog.Of(client);
        string? first = client.Id;

        await Rpc.CloseTransportAsync(first);
        await states.UntilAsync(ClientState.Connected);

        Assert.Equal(2, (int)(await Rpc.LookAtAsync(client.Id))["handshake"]!["auth"]!["attempt"]!);
    }

    [Theory]
    [InlineData(ClientTransports.WebSocket, "websocket")]
    [InlineData(ClientTransports.Polling, "polling")]
    [InlineData(ClientTransports.Automatic, "websocket")]
    public async Task A_client_uses_the_transport_that_it_was_told(ClientTransports transports, string name)
    {
        RealtimeClient client = await ConnectAsync(transports);

        Assert.Equal(name, client.TransportName);
        Assert.Equal(name, (string?)(await Rpc.LookAtAsync(client.Id))["transport"]);
        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
    }

    [Fact]
    public async Task Polling_is_upgraded_to_WebSocket()
    {
        RealtimeClient client = await ConnectAsync(ClientTransports.PollingWithUpgrade);
        string? id = client.Id;

        await UpgradedAsync(client);

        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
        Assert.Equal("websocket", (string?)(await Rpc.LookAtAsync(id))["transport"]);
        Assert.Equal(id, client.Id);
    }

    [Fact]
    public async Task A_server_that_offers_no_upgrade_is_not_asked_for_one()
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(ClientTransports.PollingWithUpgrade, profile: "noup", url: proxy.Url);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
        }

        Assert.Equal("polling", client.TransportName);
        Assert.DoesNotContain("transport=websocket", proxy.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_WebSocket_alone_is_enough() =>
        Assert.Equal("websocket", (await ConnectAsync(ClientTransports.WebSocket, profile: "wsonly")).TransportName);

    [Theory, EveryTransport]
    public async Task A_client_that_disconnects_says_so_and_stays_away(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        var states = StateLog.Of(client);
        string? id = client.Id;

        await client.DisconnectAsync().Within();

        Assert.Equal("client namespace disconnect", await Rpc.DisconnectedAsync(id));
        Assert.Equal(ClientState.Disconnected, client.State);
        Assert.Equal([ClientState.Disconnected], states.TakeAll().Select(static change => change.Current));
    }

    [Theory, EveryTransport]
    public async Task A_client_can_connect_again_after_it_disconnected(ClientTransports transports)
    {
        RealtimeClient client = await ConnectAsync(transports);
        string? first = client.Id;
        await client.DisconnectAsync().Within();

        await client.ConnectAsync().Within();

        Assert.NotEqual(first, client.Id);
        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
    }

    [Theory]
    [InlineData(ClientTransports.Polling)]
    [InlineData(ClientTransports.PollingWithUpgrade)]
    public async Task The_cookie_of_sticky_sessions_is_kept_over_requests(ClientTransports transports)
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(transports, profile: "cookie", url: proxy.Url);
        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
        await SettledAsync(client, transports);

        string[] later = [.. proxy.Sent.Split(" HTTP/1.1\r\n")[2..]];

        Assert.NotEmpty(later);
        Assert.All(later, static request => Assert.Contains("Cookie: io=", request, StringComparison.OrdinalIgnoreCase));
    }

    [Theory, EveryTransport]
    public async Task Pings_of_the_server_are_answered(ClientTransports transports)
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(transports, profile: "steady", url: proxy.Url);
        var states = StateLog.Of(client);
        await SettledAsync(client, transports);

        // Each answer is a WebSocket frame of seven bytes, or a POST whose body is the answer. A client that is silent sends none.
        int before = proxy.Sent.Length;
        Func<int> answers = transports == ClientTransports.Polling
            ? () => proxy.Sent[before..].Split("\r\n\r\n3").Length - 1
            : () => (proxy.Sent.Length - before) / 7;
        await Bounded.UntilAsync(() => answers() >= 4, "four answers to pings");

        Assert.Empty(states.TakeAll());
        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
    }
}

[Collection(nameof(OnOurs))]
public sealed class ConnectOnOurs(SharedOurs shared) : ConnectScenarios(shared)
{
    // Not on Node: of many servers in one process none answers for a WebSocket that its own does not have, so the request hangs for seconds.
    [Fact]
    public async Task Automatic_falls_back_to_polling_where_there_is_no_WebSocket_and_remembers_it()
    {
        await using var proxy = new TcpProxy(Server.Port);
        RealtimeClient client = await ConnectAsync(ClientTransports.Automatic, profile: "pollonly", url: proxy.Url);
        var states = StateLog.Of(client);
        Assert.Equal("polling", client.TransportName);

        await Server.Rpc("pollonly").CloseTransportAsync(client.Id);
        await states.UntilAsync(ClientState.Connected);

        Assert.Equal("polling", client.TransportName);
        Assert.Equal("hello", await client.EmitAsync(Events.Echo, "hello").Within());
        Assert.Single(proxy.Sent.Split("Upgrade: websocket")[1..]);
    }
}

[Collection(nameof(OnNode))]
public sealed class ConnectOnNode(SharedNode shared) : ConnectScenarios(shared);

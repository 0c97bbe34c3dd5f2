using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Contracts;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Hosting;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;

namespace Realtime.AspNetCore.Tests.Endpoints;

/// <summary>What one client can take of a server, over real connections.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task A_full_server_says_so_before_anything_is_made_and_an_end_of_any_kind_makes_room()
    {
        await using TestApp app = await StartAsync(options => options.Connections.MaxConnections = 2);
        ConnectionEngine engine = EngineOf(app);
        using HttpClient http = app.CreateClient();
        string polling = await http.OpenAsync();
        await using RawWebSocket webSocket = await Client.JoinAsync(app);
        using HttpResponseMessage refused = await http.SendAsync(Client.Polling);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("""{"code":4,"message":"The server is full"}""", await refused.Content.ReadAsStringAsync());
        Assert.Equal(503, Client.StatusOf(await Client.HandshakeAsync(app)));
        Assert.Equal(2, engine.Count);
        using HttpResponseMessage posted = await http.SendAsync(polling, "POST", "40"); // who is in goes on
        Assert.Equal(HttpStatusCode.OK, posted.StatusCode);

        webSocket.Cut();
        await Bounded.UntilAsync(() => engine.PlaceCount == 1, "the client that was cut gave its place back");
        await using RawWebSocket next = await Client.JoinAsync(app);
        using HttpResponseMessage left = await http.SendAsync(polling, "POST", "1");
        await Bounded.UntilAsync(() => engine.PlaceCount == 1, "the client that left gave its place back");
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(Client.Polling)).StatusCode);
    }

    [Fact]
    public async Task An_upgrade_needs_no_second_place()
    {
        await using TestApp app = await StartAsync(options => options.Connections.MaxConnections = 1);
        using HttpClient http = app.CreateClient();
        string polling = await http.OpenAsync();
        await using RawWebSocket upgrade = await RawWebSocket.ConnectAsync(app.Port, tls: false, polling.Replace("transport=polling", "transport=websocket", StringComparison.Ordinal));
        await upgrade.SendTextAsync("2probe");

        Assert.Equal("3probe", await upgrade.ReadTextAsync());
        await upgrade.SendTextAsync("5");
        await upgrade.SendTextAsync("40");
        Assert.StartsWith("40{", await upgrade.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Equal(1, EngineOf(app).PlaceCount);
    }

    [Fact]
    public async Task Many_at_the_same_moment_get_no_more_places_than_there_are_and_all_come_back()
    {
        await using TestApp app = await StartAsync(options => options.Connections.MaxConnectionsPerAddress = 5);
        ConnectionEngine engine = EngineOf(app);
        for (int round = 0; round < 3; round++)
        {
            RawWebSocket[] sockets = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => RawWebSocket.BeginAsync(app.Port, tls: false, Client.WebSocket))).Within();
            string[] responses = await Task.WhenAll(sockets.Select(socket => socket.ReadResponseAsync())).Within();

            Assert.Equal(5, responses.Count(response => Client.StatusOf(response) == 101));
            Assert.Equal(35, responses.Count(response => Client.StatusOf(response) == 429));
            Array.ForEach(sockets, socket => socket.Cut());
            await Bounded.UntilAsync(() => engine.PlaceCount == 0, "all places are free again");
        }
    }

    [Theory]
    [InlineData("Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")]
    [InlineData("Sec-WebSocket-Version: 13\r\n")]
    public async Task A_handshake_that_fails_for_another_reason_gives_its_place_back(string headers)
    {
        await using TestApp app = await StartAsync(options => options.Connections.MaxConnections = 1);
        await using RawHttp raw = await RawHttp.ConnectAsync(app.Port);
        await raw.SendAsync($"GET {Client.WebSocket} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n{headers}\r\n");
        Assert.DoesNotContain(" 101 ", await raw.ReadAsync(static received => received.Contains("\r\n\r\n", StringComparison.Ordinal)), StringComparison.Ordinal);

        await Bounded.UntilAsync(() => EngineOf(app).PlaceCount == 0, "the place is free again");
        await using RawWebSocket next = await Client.JoinAsync(app);
    }

    [Fact]
    public async Task Handshakes_of_one_address_are_limited_and_told_when_to_come_back()
    {
        await using TestApp app = await StartAsync(options => options.Limits.Handshakes = new RateLimitPolicy("handshakes", 2, TimeSpan.FromHours(1)));
        using HttpClient http = app.CreateClient();
        await http.OpenAsync();
        await http.OpenAsync();
        using HttpResponseMessage refused = await http.SendAsync(Client.Polling);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1700, 1800);
        string webSocket = await Client.HandshakeAsync(app);
        Assert.Equal(429, Client.StatusOf(webSocket));
        Assert.Contains("Retry-After: ", webSocket, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, EngineOf(app).Count);
    }

    [Fact]
    public async Task A_flood_is_refused_and_then_cut_off_while_others_go_on()
    {
        await using TestApp app = await StartAsync(
            options => options.Limits.MaxRefusals = 20,
            space => space.On("x", context => context.AckAsync("fine")).RateLimit(new RateLimitPolicy("ten", 10, TimeSpan.FromHours(1))));
        await using RawWebSocket other = await Client.JoinAsync(app);
        await using RawWebSocket flood = await Client.JoinAsync(app);
        for (int i = 0; i < 30; i++)
        {
            await flood.SendTextAsync($"42{i}[\"x\"]");
        }

        var answers = new List<string>();
        while (await flood.ReadFrameAsync() is { } frame && frame.Opcode != WebSocketOpcode.Close)
        {
            answers.Add(Encoding.UTF8.GetString(frame.Payload));
        }

        Assert.Equal(10, answers.Count(static answer => answer.Contains("fine", StringComparison.Ordinal)));
        Assert.Equal(19, answers.Count(static answer => answer.Contains("rate_limited", StringComparison.Ordinal)));
        await other.SendTextAsync("420[\"x\"]");
        Assert.Equal("430[\"fine\"]", await other.ReadTextAsync());
    }

    [Fact]
    public async Task A_client_that_does_not_read_costs_no_more_than_its_share_and_delays_nobody()
    {
        const int maxBytes = 200_000;
        const int count = 2000;
        await using TestApp app = await StartAsync(
            static options =>
            {
                options.Connections.MaxBufferedBytes = maxBytes;
                options.Heartbeat.Interval = TimeSpan.FromMinutes(10); // no ping is expected among what is read
            },
            space => space.UseBackpressure(BackpressurePolicy.DropOldest));
        RealtimeNamespace space = app.App.Services.GetRequiredService<IRealtimeServer>().Of("/");
        await using RawWebSocket slow = await JoinAsync(app, receiveBuffer: 4096);
        await using RawWebSocket quick = await Client.JoinAsync(app);
        string filler = new('x', 10_000);
        long largest = 0;
        var received = new List<int>();
        for (int i = 0; i < count; i++)
        {
            await space.Everyone.EmitAsync("n", i, filler);
            largest = Math.Max(largest, space.Sockets.Max(socket => socket.BufferedBytes));
            received.Add(NumberOf(await quick.ReadTextAsync()));
        }

        Assert.Equal(Enumerable.Range(0, count), received);
        Assert.InRange(largest, maxBytes / 2, maxBytes);
        Assert.Equal(1, space.Everyone.CongestedCount);
        var late = new List<int>();
        while (late.Count == 0 || late[^1] != count - 1)
        {
            late.Add(NumberOf(await slow.ReadTextAsync()));
        }

        Assert.Equal(late.Order().Distinct(), late);
        Assert.True(late.Count < count);
        await Bounded.UntilAsync(() => space.Everyone.CongestedCount == 0, "nobody is behind any more");
    }

    private static int NumberOf(string line)
    {
        Assert.StartsWith("42[\"n\",", line, StringComparison.Ordinal);
        return int.Parse(line[7..].Split(',')[0], CultureInfo.InvariantCulture);
    }

    private static async Task<RawWebSocket> JoinAsync(TestApp app, int receiveBuffer)
    {
        RawWebSocket socket = await RawWebSocket.ConnectAsync(app.Port, tls: false, Client.WebSocket, receiveBuffer: receiveBuffer);
        await socket.ReadTextAsync();
        await socket.SendTextAsync("40");
        await socket.ReadTextAsync();
        return socket;
    }

    private static ConnectionEngine EngineOf(TestApp app) => app.App.Services.GetRequiredService<IRealtimeServer>().Engine;

    private static Task<TestApp> StartAsync(Action<RealtimeOptions> configure, Action<NamespaceBuilder>? build = null) => TestApp.StartAsync(
        Wire.Plain,
        services => services.AddRealtime(configure).AddNamespace("/", build ?? (static _ => { })),
        static app => app.MapRealtime());
}

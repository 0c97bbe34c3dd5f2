using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Hosting;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Limits;

public sealed class ConnectionLimitTests : IDisposable
{
    private readonly MeterReading _meter = new();

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task The_sixth_connection_of_a_user_is_refused_with_a_code_and_one_that_ends_makes_room()
    {
        await using TestServer server = Start();
        var clients = new List<TestClient>();
        for (int i = 0; i < 5; i++)
        {
            clients.Add(await JoinAsync(server, "a"));
        }

        TestClient sixth = server.Connect();
        sixth.Send("40" + Auth("a"));
        Assert.Equal(["""44{"message":"The user has too many connections","data":{"code":"too_many_connections"}}"""], sixth.Take());
        Assert.True(sixth.Connection.IsOpen);
        Assert.Equal(1, _meter["realtime.sockets.refused too_many_connections"]);
        await JoinAsync(server, "b"); // others are not concerned

        clients[2].Peer.Close();
        Assert.NotEmpty(await TestServer.JoinAsync(sixth, auth: Auth("a")));
        Assert.Equal(2, _meter["realtime.limits.users"]);
    }

    [Fact]
    public async Task The_oldest_can_be_closed_instead_and_its_handlers_run_elsewhere()
    {
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = Start(
            space => space.OnDisconnected((_, reason) =>
            {
                ended.TrySetResult(reason.Text);
                return default;
            }),
            options =>
            {
                options.Limits.MaxConnectionsPerUser = 2;
                options.Limits.UserLimitPolicy = UserLimitPolicy.CloseOldest;
            });
        TestClient first = await JoinAsync(server, "a");
        TestClient second = await JoinAsync(server, "a");
        TestClient third = await JoinAsync(server, "a");

        Assert.Equal("replaced by a newer connection", await ended.Task.Within());
        await Patience.UntilAsync(() => first.HasEnded);
        Assert.True(second.Connection.IsOpen && third.Connection.IsOpen);
        second.Peer.Close();
        TestClient fourth = await JoinAsync(server, "a"); // in the place of the second: the one that was closed counts no more
        Assert.True(third.Connection.IsOpen && fourth.Connection.IsOpen);
        third.Peer.Close();
        fourth.Peer.Close();
        Assert.Equal(0, _meter["realtime.limits.users"]);
    }

    [Fact]
    public async Task A_connection_counts_once_however_many_namespaces_it_is_in_until_it_has_left_the_last()
    {
        await using TestServer server = Start(options: options => options.Limits.MaxConnectionsPerUser = 1);
        TestClient client = server.Connect();
        await TestServer.JoinAsync(client, "/", Auth("a"));
        await TestServer.JoinAsync(client, "/second", Auth("a"));
        TestClient other = server.Connect();

        other.Send("40" + Auth("a"));
        Assert.Contains("too_many_connections", other.Take().Single(), StringComparison.Ordinal);
        client.Send("41");
        other.Send("40" + Auth("a"));
        Assert.Contains("too_many_connections", other.Take().Single(), StringComparison.Ordinal);
        client.Send("41/second,");
        Assert.NotEmpty(await TestServer.JoinAsync(other, auth: Auth("a")));
    }

    [Fact]
    public async Task However_a_client_ends_nothing_of_it_is_counted_any_more()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = Start(
            space => space
                .LimitConnections(2)
                .Use(async (connecting, next) =>
                {
                    switch (connecting.Socket.GetAuth<Dictionary<string, string>>()!.GetValueOrDefault("then"))
                    {
                        case "wait":
                            await go.Task;
                            break;
                        case "refuse":
                            connecting.Refuse("no");
                            return;
                        case "throw":
                            throw new InvalidOperationException("no");
                    }

                    await next(connecting);
                }),
            options =>
            {
                options.Limits.MaxConnectionsPerUser = 2;
                options.Connections.MaxConnections = 3;
                options.Connections.MaxConnectionsPerAddress = 3;
            });
        for (int round = 0; round < 5; round++)
        {
            TestClient leaves = await JoinAsync(server, "a");
            leaves.Send("41");
            leaves.Peer.Close();
            TestClient isCut = await JoinAsync(server, "a");
            isCut.Connection.Close(CloseReason.ForcedClose);
            TestClient isDisconnected = await JoinAsync(server, "a");
            await server.Server.Of("/").Sockets.Single().DisconnectAsync(closeConnection: true);
            Assert.True(isDisconnected.HasEnded);
            TestClient refused = server.Connect();
            refused.Send("40{\"user\":\"a\",\"then\":\"refuse\"}", "40{\"user\":\"a\",\"then\":\"throw\"}");
            refused.Peer.Close();
            TestClient breaks = await JoinAsync(server, "a");
            breaks.Send("no frame at all");
            Assert.True(breaks.HasEnded);
        }

        TestClient gone = server.Connect();
        gone.Send("40{\"user\":\"a\",\"then\":\"wait\"}");
        Task connecting = ((ClientSession)gone.Connection.Session!).Connecting;
        gone.Peer.Close(); // while the middleware is thinking
        go.SetResult();
        await connecting.Within(); // only then has it been counted, and no more
        Assert.Equal(0, _meter["realtime.limits.users"]);
        TestClient last = await JoinAsync(server, "a");
        TestClient lastButOne = await JoinAsync(server, "a");

        Assert.Equal(2, _meter["realtime.limits.places"]);
        last.Peer.Close();
        lastButOne.Peer.Close();
        Assert.Equal(0, _meter["realtime.limits.places"]);
        Assert.Equal(0, _meter["realtime.limits.users"]);
    }

    [Fact]
    public async Task A_namespace_that_is_full_refuses_with_a_code()
    {
        await using TestServer server = Start(space => space.LimitConnections(1));
        TestClient first = await JoinAsync(server, "a");
        TestClient second = server.Connect();
        second.Send("40", "40/second,");

        Assert.Equal("""44{"message":"The namespace is full","data":{"code":"namespace_full"}}""", second.Lines[0]);
        Assert.StartsWith("40/second,{\"sid\"", second.Lines[1], StringComparison.Ordinal);
        first.Send("41");
        Assert.NotEmpty(await TestServer.JoinAsync(second));
    }

    [Fact]
    public void A_place_is_asked_for_before_anything_is_made_and_given_back_unless_it_was_taken()
    {
        using var engine = new TestEngine(options =>
        {
            options.MaxConnections = 2;
            options.MaxConnectionsPerAddress = 1;
        });
        Assert.Null(engine.Engine.TryReserve("10.0.0.1", out ConnectionPlace? first));
        ConnectionRefusal ofAddress = engine.Engine.TryReserve("::ffff:10.0.0.1", out _)!;
        Assert.Null(engine.Engine.TryReserve("10.0.0.2", out ConnectionPlace? second));
        ConnectionRefusal ofServer = engine.Engine.TryReserve("10.0.0.3", out _)!;

        Assert.Equal(ErrorCode.TooManyConnections, ofAddress.Code);
        Assert.Equal(ErrorCode.ServerFull, ofServer.Code);
        second!.Dispose();
        second.Dispose();
        Assert.Equal(1, engine.Engine.PlaceCount);
        MemoryPeer peer = MemoryTransport.CreatePair();
        Connection connection = engine.Engine.Accept(peer.Transport, new BasicHandshake { Address = "10.0.0.1" }, place: first);
        peer.Start(connection);
        first!.Dispose();
        Assert.Equal(1, engine.Engine.PlaceCount); // the connection has it
        peer.Close();
        Assert.Equal(0, engine.Engine.PlaceCount);
        Assert.Null(engine.Engine.TryReserve("10.0.0.1", out ConnectionPlace? again));
        again!.Dispose();
    }

    [Fact]
    public void Without_a_place_a_transport_of_its_own_is_refused_when_the_server_is_full()
    {
        using var engine = new TestEngine(options => options.MaxConnections = 1);
        TestClient client = engine.Connect();

        Assert.Throws<InvalidOperationException>(() => engine.Connect());
        client.Peer.Close();
        Assert.Throws<InvalidOperationException>(() => engine.Engine.Accept(MemoryTransport.CreatePair().Transport, new BasicHandshake(), engine.Connect().Connection.Id));
        Assert.Equal(1, engine.Engine.PlaceCount);
    }

    [Fact]
    public void An_upgrade_is_the_same_connection()
    {
        using var engine = new TestEngine(options => options.MaxConnections = 1);
        TestClient polling = engine.Connect(TransportNames.Polling);
        var second = new TestClient();
        Assert.True(polling.Connection.TryUpgrade(second.Peer.Transport));
        second.Peer.Start(polling.Connection);
        second.Send("2probe", "5");

        Assert.Same(second.Peer.Transport, polling.Connection.Transport);
        Assert.Equal(1, engine.Engine.PlaceCount);
        second.Peer.Close();
        Assert.Equal(0, engine.Engine.PlaceCount);
    }

    [Fact]
    public async Task Handshakes_of_an_address_are_limited_where_that_was_chosen()
    {
        await using TestServer server = Start(options: options => options.Limits.Handshakes = new RateLimitPolicy("handshakes", 2, TimeSpan.FromSeconds(1)));
        ConnectionEngine engine = server.Server.Engine;
        Assert.Null(engine.TryReserve("10.0.0.1", out ConnectionPlace? place));
        engine.Accept(MemoryTransport.CreatePair().Transport, new BasicHandshake { Address = "10.0.0.1" }, place: place); // is not counted again
        Assert.Null(engine.TryReserve("10.0.0.1", out _));
        ConnectionRefusal refusal = engine.TryReserve("10.0.0.1", out _)!;
        Assert.Null(engine.TryReserve("10.0.0.2", out _));

        Assert.Equal(ErrorCode.RateLimited, refusal.Code);
        Assert.Equal(TimeSpan.FromMilliseconds(500), refusal.RetryAfter);
        Assert.Equal(1, _meter["realtime.connections.refused rate_limited"]);
        Assert.Equal(2, _meter["realtime.limits.partitions"]);
        server.Time.Pass(30);
        Assert.Equal(0, _meter["realtime.limits.partitions"]);
        Assert.Null(engine.TryReserve("10.0.0.1", out _));
    }

    private static string Auth(string user) => $"{{\"user\":\"{user}\"}}";

    private static async Task<TestClient> JoinAsync(TestServer server, string user)
    {
        (TestClient client, _) = await server.JoinAsync(auth: Auth(user));
        return client;
    }

    private TestServer Start(Action<NamespaceBuilder>? configure = null, Action<RealtimeOptions>? options = null) => TestServer.Start(
        builder => builder
            .AddNamespace("/", space =>
            {
                Identify(space);
                configure?.Invoke(space);
            })
            .AddNamespace("/second", Identify),
        options,
        services => services.AddSingleton<IMeterFactory>(_meter));

    private static void Identify(NamespaceBuilder space) => space.Use((connecting, next) =>
    {
        connecting.Socket.UserId = connecting.Socket.GetAuth<Dictionary<string, string>>()?.GetValueOrDefault("user");
        return next(connecting);
    });
}

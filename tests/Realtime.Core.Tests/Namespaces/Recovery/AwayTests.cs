using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Realtime.Core.Authentication;
using Realtime.Core.Namespaces;
using Realtime.Core.Sessions;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

/// <summary>What is done to a session while its client is away.</summary>
public sealed class AwayTests : IAsyncDisposable
{
    private readonly TestServer _server = Start();

    private RealtimeNamespace Space => _server.Server.Of("/");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_room_that_it_was_put_into_is_its_own_from_then_on()
    {
        RecoveringClient client = await ConnectAsync(_server);
        client.Cut();
        await Space.To("late").EmitAsync("before", 1);
        await Space.ToUser("ann").JoinAsync("late");
        await Space.To("late").EmitAsync("after", 2);

        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Events.Count > 0);

        Assert.Equal("after2", client.Took());
        Assert.Contains("late", Space.Sockets.Single().Rooms);
    }

    [Fact]
    public async Task Of_a_room_that_it_was_taken_out_of_it_gets_what_came_before()
    {
        RecoveringClient client = await ConnectAsync(_server);
        await Space.Sockets.Single().JoinAsync("room");
        client.Read();
        client.Cut();
        await Space.To("room").EmitAsync("before", 1);
        await Space.To("room").LeaveAsync("room");
        await Space.To("room").EmitAsync("after", 2);

        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Events.Count > 0 && client.Positions.Count == 3);

        Assert.Equal("before1", client.Took());
        Assert.DoesNotContain("room", Space.Sockets.Single().Rooms);
    }

    [Fact]
    public async Task What_was_done_while_it_was_here_is_not_done_again()
    {
        RecoveringClient client = await ConnectAsync(_server);
        await Space.ToUser("ann").JoinAsync("room");
        await Space.ToUser("ann").LeaveAsync("room");
        await Space.Sockets.Single().JoinAsync("room");
        client.Read();
        client.Cut();

        await client.ConnectAsync();

        Assert.Contains("room", Space.Sockets.Single().Rooms);
    }

    [Fact]
    public async Task Who_was_disconnected_begins_anew()
    {
        RecoveringClient client = await ConnectAsync(_server);
        client.Cut();
        await Space.ToUser("ann").DisconnectAsync();

        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task Who_was_revoked_begins_anew()
    {
        RecoveringClient client = await ConnectAsync(_server);
        client.Cut();
        await _server.Server.RevokeAsync(Revocation.OfUser("ann"));

        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task Whose_user_was_disconnected_everywhere_begins_anew()
    {
        RecoveringClient client = await ConnectAsync(_server);
        client.Cut();
        await _server.Server.DisconnectUserAsync("ann");

        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task Where_more_was_done_than_is_kept_it_begins_anew()
    {
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", _ => { }), options => options.Recovery.Retention = new() { MaxEntries = 2 });
        RealtimeNamespace space = server.Server.Of("/");
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        await space.Except().JoinAsync("before");
        client.Cut();
        await space.Except().JoinAsync("a");
        await space.Except().JoinAsync("b");
        Assert.True((await client.ConnectAsync()).IsRecovered);
        client.Cut();
        await space.To(client.Sid).JoinAsync("c");
        await space.Except().JoinAsync("d");
        await space.Except().JoinAsync("e");

        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task An_answer_waits_for_a_store_that_is_away_and_its_message_is_handled_once()
    {
        using var store = new MemorySessionStore(new SessionOptions(), TimeProvider.System);
        await using TestServer server = Start(new FailingStore(store, failures: 2));
        RecoveringClient client = await ConnectAsync(server);
        client.Raw.Send("""427["echo",5,{"$rt:id":1,"low":1}]""");
        await Patience.UntilAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(1)); // so small that no heartbeat is missed
            return client.Raw.Lines.Any(static line => line == "437[5]");
        });

        Assert.Equal(2, server.Logged.Count(static line => line.Contains("The store is away", StringComparison.Ordinal)));
        client.Cut();
        Assert.True((await client.ConnectAsync()).IsRecovered);
        Assert.Equal(1, Echoes(server));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_store_is_away_a_client_is_not_refused_but_cut_so_that_it_comes_back(bool hasSession)
    {
        using var store = new MemorySessionStore(new SessionOptions(), TimeProvider.System);
        var failing = new FailingStore(store) { IsAway = !hasSession };
        await using TestServer server = Start(failing);
        RecoveringClient client = hasSession ? await ConnectAsync(server) : new RecoveringClient(server);
        if (hasSession)
        {
            client.Cut();
            failing.IsAway = true;
        }

        _ = client.ConnectAsync();
        await Patience.UntilAsync(() => client.Raw.HasEnded);

        Assert.DoesNotContain(client.Raw.Lines, static line => line.StartsWith("44", StringComparison.Ordinal));
        failing.IsAway = false;
        Assert.Equal(hasSession, (await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task A_server_that_stops_in_order_hands_its_sessions_over()
    {
        using var store = new MemorySessionStore(new SessionOptions(), TimeProvider.System);
        await using TestServer first = Start(store);
        RecoveringClient client = await ConnectAsync(first);
        await first.Server.Of("/").Sockets.Single().JoinAsync("room");
        client.Read();
        client.Raw.Send("""427["echo",5,{"$rt:id":1,"low":1}]""");
        foreach (IHostedService hosted in first.Services.GetServices<IHostedService>())
        {
            await hosted.StopAsync(CancellationToken.None);
        }

        await using TestServer second = Start(store);
        RecoveringClient moved = client.MoveTo(second);
        await moved.ConnectAsync();
        await Patience.UntilAsync(() => moved.Read().Events.Count >= 4);
        await second.Server.Of("/").To("room").EmitAsync("e", 1);
        moved.Raw.Send("""421["echo",5,{"$rt:id":1,"low":1}]""", """422["echo",6,{"$rt:id":2,"low":1}]""");

        string[] answers = [.. moved.Raw.Lines.Where(static line => line.StartsWith("43", StringComparison.Ordinal))];
        Assert.True(moved.IsRecovered);
        Assert.Equal(1, (long)moved.Extension["received"]!);
        Assert.Equal("e1 replaced(null) replaced(null) replaced(null) replaced(null)", string.Join(' ', moved.Took().Split(' ').Order(StringComparer.Ordinal)));
        Assert.Equal(["431[5]", "432[6]"], answers);
        Assert.Equal(1, Echoes(first));
        Assert.Equal(1, Echoes(second));
    }

    [Fact]
    public async Task Who_comes_to_another_node_before_the_old_connection_is_known_to_be_dead_keeps_its_session()
    {
        using var store = new MemorySessionStore(new SessionOptions(), TimeProvider.System);
        await using TestServer first = Start(store);
        await using TestServer second = Start(store);
        RecoveringClient client = await ConnectAsync(first);
        string sid = client.Sid;
        client.Raw.Peer.Pause();

        await client.MoveTo(second).ConnectAsync();

        Assert.True(client.IsRecovered);
        Assert.Equal(sid, client.Sid);
        Assert.Empty(first.Server.Of("/").Sockets);
    }

    private static int Echoes(TestServer server) => server.Logged.Count(static line => line.Contains("handled an echo", StringComparison.Ordinal));

    private static TestServer Start(ISessionStore? store = null)
    {
        TestServer? server = null;
        server = TestServer.Start(builder =>
        {
            builder.AddNamespace("/", space => space
                .Use((context, next) =>
                {
                    context.Socket.UserId = "ann";
                    return next(context);
                })
                .On("echo", async context =>
                {
                    server!.Logged.Enqueue("handled an echo");
                    await context.AckAsync(context.Get<int>(0));
                }));
            if (store is not null)
            {
                builder.UseSessionStore(_ => store);
            }
        });
        return server;
    }

    private static async Task<RecoveringClient> ConnectAsync(TestServer server)
    {
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Positions.Count == 3);
        return client;
    }
}

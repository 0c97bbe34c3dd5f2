using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

public sealed class ResumeTests : IAsyncDisposable
{
    private readonly TestServer _server = TestServer.Start(builder => builder.AddNamespace("/", space => space
        .Use((context, next) =>
        {
            context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, System.Text.Json.JsonElement>>()?.GetValueOrDefault("user").GetString();
            return next(context);
        })));

    private RealtimeNamespace Space => _server.Server.Of("/");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task What_was_missed_comes_behind_the_answer_and_then_what_is_new()
    {
        RecoveringClient client = await ConnectAsync();
        await Socket(client).JoinAsync("room");
        await Space.To("room").EmitAsync("a", 1);
        Assert.Equal("a1", client.Took());

        client.Cut();
        await Space.To("room").EmitAsync("b", 2);
        await Space.EmitAsync("all", 3);
        await Space.To(client.Sid).EmitAsync("own", 4);
        await Space.ToUser("ann").EmitAsync("user", 5);
        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Events.Count >= 4);
        await Space.To("room").EmitAsync("c", 6);

        Assert.True(client.IsRecovered);
        Assert.Equal("all3 b2 c6 own4 user5", Sorted(client.Took()));
    }

    [Fact]
    public async Task A_client_that_claims_more_than_was_ever_sent_is_set_back_and_holds_nobody_up()
    {
        RecoveringClient client = await ConnectAsync();
        RecoveringClient other = await ConnectAsync();
        await Socket(client).JoinAsync("room");
        await Socket(other).JoinAsync("room");
        await Space.To("room").EmitAsync("a", 1);
        Assert.Equal("a1", client.Took());
        client.Cut();

        Dictionary<string, long> forged = client.Positions.ToDictionary(static position => position.Key, static position => position.Value + 1000);
        await Task.Run(() => client.ConnectAsync(forged)).WaitAsync(TimeSpan.FromSeconds(30));
        await Patience.UntilAsync(() => client.Raw.Lines.Count(static line => line.StartsWith("42[\"$rt:at\"", StringComparison.Ordinal)) == forged.Count);
        await Space.To("room").EmitAsync("b", 2);

        Assert.Equal("a1 b2", other.Took());
        Assert.Equal(forged.Count, client.Raw.Lines.Count(static line => line.StartsWith("42[\"$rt:gap\"", StringComparison.Ordinal)));
        Assert.Contains(client.Raw.Lines, static line => line.StartsWith("42[\"b\",2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plain_client_sees_nothing_of_it()
    {
        RecoveringClient client = await ConnectAsync();
        (TestClient plain, string id) = await _server.JoinAsync(auth: "{\"user\":\"eve\"}");
        await Socket(client).JoinAsync("room");
        await Space.Sockets.Single(socket => socket.Id == id).JoinAsync("room");

        await Space.To("room").EmitAsync("a", 1);
        await Space.EmitAsync("b", 2);

        Assert.Equal(["42[\"a\",1]", "42[\"b\",2]"], plain.Take());
        Assert.Equal("a1 b2", client.Took());
    }

    [Fact]
    public async Task What_is_not_for_a_client_is_skipped_and_told_before_the_next_event()
    {
        RecoveringClient client = await ConnectAsync();
        RecoveringClient other = await ConnectAsync("bob");
        await Socket(client).JoinAsync("room");
        await Socket(other).JoinAsync("room");

        await Socket(client).To("room").EmitAsync("from-client", 1);
        await Space.To("room").Except(other.Sid).EmitAsync("not-other", 2);
        await Space.To("room").EmitAsync("all", 3);

        Assert.Equal("not-other2 all3", client.Took());
        Assert.Equal("from-client1 all3", other.Took());
    }

    [Fact]
    public async Task Who_is_in_several_addressed_rooms_gets_one_copy_live_and_when_it_comes_back()
    {
        RecoveringClient client = await ConnectAsync();
        await Socket(client).JoinAsync("a", "b");
        await Space.To("b", "a").EmitAsync("one", 1);
        client.Read();
        client.Cut();
        await Space.To("a", "b").EmitAsync("two", 2);
        await Space.To("b").EmitAsync("three", 3);

        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Events.Count >= 3);

        Assert.Equal("one1 three3 two2", Sorted(client.Took()));
    }

    [Fact]
    public async Task Who_left_a_room_while_its_client_was_away_gets_what_came_before()
    {
        RecoveringClient client = await ConnectAsync();
        RealtimeSocket socket = Socket(client);
        await socket.JoinAsync("room");
        client.Read();
        client.Raw.Peer.Pause();
        await Space.To("room").EmitAsync("a", 1);
        await socket.LeaveAsync("room");
        await Space.To("room").EmitAsync("b", 2);
        client.Cut();

        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Positions.Count == 3);

        Assert.Equal("a1", client.Took());
    }

    [Fact]
    public async Task A_room_that_a_client_never_heard_of_is_announced_replayed_and_ended_once()
    {
        RecoveringClient client = await ConnectAsync();
        RealtimeSocket socket = Socket(client);
        client.Raw.Peer.Pause();
        await socket.JoinAsync("room");
        await Space.To("room").EmitAsync("a", 1);
        await socket.LeaveAsync("room");
        client.Cut();
        await client.ConnectAsync();
        await Space.To(client.Sid).EmitAsync("marker", 2);
        await Patience.UntilAsync(() => client.Read().Events.Count >= 2);
        Assert.Equal("a1 marker2", client.Took());

        client.Cut();
        await client.ConnectAsync();
        await Space.To(client.Sid).EmitAsync("marker", 3);
        await Patience.UntilAsync(() => client.Read().Events.Count >= 1);

        Assert.Equal("marker3", client.Took());
    }

    [Fact]
    public async Task Who_comes_back_after_the_window_begins_anew()
    {
        RecoveringClient client = await ConnectAsync();
        string before = client.Sid;
        client.Cut();
        _server.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));
        await client.ConnectAsync();

        Assert.False(client.IsRecovered);
        Assert.NotEqual(before, client.Sid);
    }

    [Fact]
    public async Task What_is_kept_no_more_is_a_gap_before_anything_later()
    {
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", _ => { }), options => options.Recovery.Retention = new() { MaxEntries = 2 });
        RecoveringClient client = await new RecoveringClient(server).ConnectAsync();
        await server.Server.Of("/").Sockets.Single().JoinAsync("room");
        client.Read();
        client.Cut();
        for (int i = 1; i <= 5; i++)
        {
            await server.Server.Of("/").To("room").EmitAsync("e", i);
        }

        await client.ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Events.Count >= 3);

        Assert.Equal("gap(1-3) e4 e5", client.Took());
    }

    [Fact]
    public async Task A_session_of_another_user_is_unknown_and_stays_with_its_user()
    {
        RecoveringClient client = await ConnectAsync();
        client.Cut();
        RecoveringClient thief = await new RecoveringClient(_server, "bob") { Pid = client.Pid }.ConnectAsync();
        Assert.False(thief.IsRecovered);
        Assert.NotEqual(client.Pid, thief.Pid);

        await client.ConnectAsync();
        Assert.True(client.IsRecovered);
    }

    [Fact]
    public async Task A_session_that_either_side_has_ended_is_unknown()
    {
        RecoveringClient client = await ConnectAsync();
        client.Raw.Send("41");
        Assert.False((await client.ConnectAsync()).IsRecovered);
        await Socket(client).DisconnectAsync();
        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task An_attempt_that_was_overtaken_is_superseded()
    {
        RecoveringClient client = await ConnectAsync();
        TestClient late = _server.Connect();
        late.Send($"40{{\"user\":\"ann\",\"pid\":\"{client.Pid}\",\"$realtime\":{{\"v\":1,\"try\":1,\"positions\":{{}}}}}}");
        await Patience.UntilAsync(() => late.Lines.Length > 0);

        Assert.Equal("""44{"message":"A later attempt of this client has connected","data":{"code":"superseded"}}""", Assert.Single(late.Take()));
        Assert.True(Socket(client).IsConnected);
    }

    [Fact]
    public async Task A_client_that_comes_back_before_its_old_connection_is_known_to_be_dead_takes_it_over()
    {
        RecoveringClient client = await ConnectAsync();
        await Socket(client).JoinAsync("room");
        client.Read();
        TestClient old = client.Raw;
        old.Peer.Pause();
        await Space.To("room").EmitAsync("a", 1);

        await client.ConnectAsync();
        await Space.To("room").EmitAsync("b", 2);
        await Patience.UntilAsync(() => client.Read().Events.Count >= 2);

        Assert.True(client.IsRecovered);
        Assert.Equal("a1 b2", client.Took());
        Assert.Single(Space.Sockets);
    }

    private async Task<RecoveringClient> ConnectAsync(string user = "ann")
    {
        RecoveringClient client = await new RecoveringClient(_server, user).ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Positions.Count >= 2);
        return client;
    }

    private RealtimeSocket Socket(RecoveringClient client) => Space.Sockets.Single(socket => socket.Id == client.Sid);

    private static string Sorted(string events) => string.Join(' ', events.Split(' ').Order(StringComparer.Ordinal));
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Sequencing;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces.Recovery;

public sealed class StockRecoveryTests : IAsyncDisposable
{
    private readonly TestServer _server = Start();

    private RealtimeNamespace Space => _server.Server.Of("/");

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_answer_has_two_ids_and_an_event_follows_that_can_be_shown()
    {
        TestClient client = _server.Connect();
        client.Send("40");
        await Patience.UntilAsync(() => client.Lines.Length == 2);
        string[] lines = client.Take();

        Assert.Matches("""^40\{"sid":"[\w-]{20,}","pid":"[\w-]{20,}"\}$""", lines[0]);
        Assert.Equal("42[\"$rt:start\",\"~0\"]", lines[1]);
    }

    [Fact]
    public async Task Events_end_in_an_offset_unless_they_ask_for_an_answer()
    {
        StockClient client = await ConnectAsync();
        RealtimeSocket socket = Socket(client);
        client.Raw.Take();
        await socket.EmitAsync("own", 1);
        await Space.EmitAsync("all", 2);
        await socket.Volatile.EmitAsync("volatile", "text");
        await Space.Volatile.EmitAsync("volatile-all", "text");
        _ = socket.EmitWithAckAsync("asks", "text").AsTask();

        string[] lines = client.Raw.Take();
        Assert.Matches("""^42\["own",1,"[\w-]{1,12}:1"\]$""", lines[0]);
        Assert.Matches("""^42\["all",2,"[\w-]{1,12}:1"\]$""", lines[1]);
        Assert.Matches("""^42\["volatile","text","~\d+"\]$""", lines[2]);
        Assert.Matches("""^42\["volatile-all","text","~\d+"\]$""", lines[3]);
        Assert.Matches("""^42\d+\["asks","text"\]$""", lines[4]);
    }

    [Fact]
    public async Task Without_the_option_nothing_is_different()
    {
        await using TestServer server = Start(static options => options.Recovery.StockClients = false);
        TestClient client = server.Connect();
        client.Send("40{\"pid\":\"x\",\"offset\":\"y\"}");
        await Patience.UntilAsync(() => client.Lines.Length > 0);
        await server.Server.Of("/").EmitAsync("e", 1);

        string[] lines = client.Take();
        Assert.Matches("""^40\{"sid":"[\w-]+"\}$""", lines[0]);
        Assert.Equal("42[\"e\",1]", Assert.Single(lines[1..]));
    }

    [Fact]
    public async Task What_was_missed_comes_in_the_order_of_all_rooms_before_the_answer()
    {
        StockClient client = await ConnectAsync();
        string sid = client.Sid;
        await Socket(client).JoinAsync("a", "b");
        await Space.To("a").EmitAsync("before", 0);
        Assert.Equal("before0", client.Took());

        client.Cut();
        await Space.To("b").EmitAsync("b", 1);
        await Space.EmitAsync("all", 2);
        await Space.To("a").EmitAsync("a", 3);
        await Space.ToUser("ann").EmitAsync("user", 4);
        await Space.To(client.Sid).EmitAsync("own", 5);
        await Space.To("b").EmitAsync("b", 6);
        await Space.To("elsewhere").EmitAsync("elsewhere", 7);
        await client.ConnectAsync();
        await Space.To("a").EmitAsync("new", 8);

        Assert.Equal("b1 all2 a3 user4 own5 b6 recovered new8", client.Took());
        Assert.Equal(sid, client.Sid);
        Assert.True(Socket(client).IsRecovered);
        Assert.Equal(["$user:ann", "a", "b", sid], Socket(client).Rooms.Order(StringComparer.Ordinal).Where(room => room != sid).Append(sid));
    }

    [Fact]
    public async Task A_client_that_got_no_event_recovers_too()
    {
        StockClient client = await ConnectAsync();
        Assert.Equal("~0", client.Offset);
        client.Cut();
        await Space.EmitAsync("e", 1);

        Assert.Equal("e1 recovered", (await client.ConnectAsync()).Took());
    }

    [Fact]
    public async Task What_was_on_its_way_when_the_connection_broke_is_sent_again_over_all_rooms()
    {
        StockClient client = await ConnectAsync();
        await Socket(client).JoinAsync("a", "b");
        await Space.To("a").EmitAsync("a", 1);
        await Space.To("b").EmitAsync("b", 2);
        client.Read();
        await Space.To("b").EmitAsync("b", 3);
        await Space.To("a").EmitAsync("a", 4);
        await Space.To("a").EmitAsync("a", 5);
        await Space.To("b").EmitAsync("b", 6);
        client.Raw.Take(); // they were written, and nobody has them
        client.Cut();

        await client.ConnectAsync();
        Assert.Equal("a1 b2 b3 a4 a5 b6 recovered", client.Took());
    }

    [Fact]
    public async Task A_replay_that_was_lost_itself_is_sent_again_when_none_of_it_can_have_come()
    {
        StockClient client = await ConnectAsync();
        for (int i = 1; i <= 3; i++)
        {
            await Space.EmitAsync("e", i);
            client.Read();
            client.Cut();
            await client.ConnectAsync();
        }

        Assert.Equal("e1 recovered e2 recovered e3 recovered", client.Took());
    }

    [Fact]
    public async Task A_client_that_may_hold_a_part_of_an_unanswered_replay_begins_anew()
    {
        StockClient client = await ConnectAsync();
        client.Cut();
        await Space.EmitAsync("e", 1);
        client.Begin();
        await Patience.UntilAsync(() => client.Raw.Lines.Length >= 2);
        client.Raw.Take(); // the official client may have the first of the two in its buffer: nobody knows
        client.Cut();

        await client.ConnectAsync();
        Assert.False(client.IsRecovered);
        Assert.Equal("connect", client.Took());
    }

    [Fact]
    public async Task Text_in_a_volatile_event_is_no_offset()
    {
        StockClient client = await ConnectAsync();
        await Space.EmitAsync("e", 1);
        await Space.Volatile.EmitAsync("v", "abc:99");
        client.Read();
        client.Cut();
        await Space.EmitAsync("e", 2);

        Assert.Equal("""e1 v"abc:99" e2 recovered""", (await client.ConnectAsync()).Took());
    }

    [Fact]
    public async Task An_event_without_arguments_and_one_that_asks_for_an_answer_spoil_nothing()
    {
        StockClient client = await ConnectAsync();
        await Space.EmitAsync("none");
        _ = Socket(client).EmitWithAckAsync("asks", "text").AsTask();
        await Space.Volatile.EmitAsync("none");
        client.Read();
        client.Cut();
        await Space.EmitAsync("e", 2);
        await client.ConnectAsync();

        Assert.True(client.IsRecovered);
        Assert.Equal("e2 recovered", client.Took()[^12..]);
    }

    [Fact]
    public async Task A_gap_ends_the_session_and_nothing_of_it_is_sent()
    {
        await using TestServer server = Start(static options => options.Recovery.Retention = new RetentionLimits { MaxEntries = 2 });
        StockClient client = await new StockClient(server).ConnectAsync();
        RealtimeNamespace space = server.Server.Of("/");
        await space.Sockets.Single().JoinAsync("quiet", "busy");
        await space.To("quiet").EmitAsync("q", 0);
        client.Took();
        string pid = client.Pid!;
        client.Cut();
        await space.To("quiet").EmitAsync("q", 1);
        for (int i = 1; i <= 3; i++)
        {
            await space.To("busy").EmitAsync("b", i);
        }

        await client.ConnectAsync();
        Assert.Equal("connect", client.Took());
        Assert.NotEqual(pid, client.Pid);
        client.Cut();
        client.Pid = pid;
        await client.ConnectAsync();
        Assert.Equal("connect", client.Took());
    }

    [Theory]
    [InlineData("~77")]
    [InlineData("nowhere:1")]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("~-1")]
    [InlineData(null)]
    public async Task An_offset_that_was_never_sent_begins_anew(string? offset)
    {
        StockClient client = await ConnectAsync();
        client.Cut();
        client.Offset = offset;
        await client.ConnectAsync();

        Assert.False(client.IsRecovered);
    }

    [Fact]
    public async Task A_session_of_another_user_is_unknown_and_stays_with_its_user()
    {
        StockClient client = await ConnectAsync();
        client.Cut();
        await Space.EmitAsync("secret", 1);
        StockClient thief = await new StockClient(_server, "bob") { Pid = client.Pid, Offset = client.Offset }.ConnectAsync();
        Assert.Equal("connect", thief.Took());

        Assert.Equal("secret1 recovered", (await client.ConnectAsync()).Took());
    }

    [Fact]
    public async Task The_window_ends()
    {
        StockClient client = await ConnectAsync();
        client.Cut();
        _server.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(1));

        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task A_long_silence_ends_nothing()
    {
        StockClient client = await ConnectAsync();
        await Space.EmitAsync("e", 1);
        client.Took();
        for (int i = 0; i < 300; i++)
        {
            _server.Time.Advance(TimeSpan.FromSeconds(2));
            client.Raw.Send("3");
        }

        client.Cut();
        await Space.EmitAsync("e", 2);

        Assert.Equal("e2 recovered", (await client.ConnectAsync()).Took());
    }

    [Fact]
    public async Task Who_comes_back_while_its_old_connection_is_thought_alive_takes_it_over()
    {
        StockClient client = await ConnectAsync();
        TestClient old = client.Raw;
        old.Peer.Pause();
        await Space.EmitAsync("e", 1);
        await client.ConnectAsync();
        await Space.EmitAsync("e", 2);

        Assert.Equal("e1 recovered e2", client.Took());
        Assert.Single(Space.Sockets);
        client.Cut();
        await Space.EmitAsync("e", 3);
        Assert.Equal("e3 recovered", (await client.ConnectAsync()).Took());
    }

    [Fact]
    public async Task What_was_sent_to_a_room_that_was_left_meanwhile_still_comes()
    {
        StockClient client = await ConnectAsync();
        RealtimeSocket socket = Socket(client);
        await socket.JoinAsync("room");
        await Space.EmitAsync("e", 0);
        client.Took();
        await Space.To("room").EmitAsync("r", 1);
        await socket.LeaveAsync("room");
        await Space.To("room").EmitAsync("r", 2);
        await Space.EmitAsync("e", 3);
        client.Raw.Take();
        client.Cut();
        await Space.To("room").EmitAsync("r", 4);

        await client.ConnectAsync();
        Assert.Equal("r1 e3 recovered", client.Took());
        await Socket(client).JoinAsync("room");
        await Space.To("room").EmitAsync("r", 5);
        client.Cut();
        await Space.To("room").EmitAsync("r", 6);
        Assert.Equal("r5 r6 recovered", (await client.ConnectAsync()).Took());
    }

    [Fact]
    public async Task Rooms_that_it_was_put_into_or_out_of_while_it_was_away_count_as_if_it_had_been_there()
    {
        StockClient client = await ConnectAsync();
        await Socket(client).JoinAsync("left");
        client.Cut();
        await Space.To("left").EmitAsync("l", 1);
        await Space.To(client.Sid).LeaveAsync("left");
        await Space.To("left").EmitAsync("l", 2);
        await Space.To(client.Sid).JoinAsync("joined", "both");
        await Space.To("joined").EmitAsync("j", 3);
        await Space.To("both").EmitAsync("b", 4);
        await Space.To(client.Sid).LeaveAsync("both");
        await Space.To("both").EmitAsync("b", 5);
        await client.ConnectAsync();
        await Space.To("joined").EmitAsync("j", 6);

        Assert.Equal("l1 j3 b4 recovered j6", client.Took());
    }

    [Fact]
    public async Task Who_is_in_several_addressed_rooms_gets_one_copy_and_who_is_left_out_none()
    {
        StockClient client = await ConnectAsync();
        StockClient other = await new StockClient(_server, "bob").ConnectAsync();
        await Socket(client).JoinAsync("a", "b");
        await Socket(other).JoinAsync("a");
        await Space.To("a", "b").EmitAsync("live", 1);
        client.Read();
        client.Cut();
        await Space.To("b", "a").EmitAsync("away", 2);
        await Socket(other).Broadcast.EmitAsync("from-other", 3);
        await Space.Except("b").EmitAsync("not-b", 4);
        await client.ConnectAsync();

        Assert.Equal("connect live1 away2 not-b4", other.Took());
        Assert.Equal("live1 away2 from-other3 recovered", client.Took());
    }

    [Fact]
    public async Task A_room_in_which_only_the_client_itself_speaks_is_no_gap()
    {
        await using TestServer server = Start(static options => options.Recovery.Retention = new RetentionLimits { MaxEntries = 2 });
        StockClient client = await new StockClient(server).ConnectAsync();
        RealtimeSocket socket = server.Server.Of("/").Sockets.Single();
        await socket.JoinAsync("room");
        for (int i = 0; i < 5; i++)
        {
            await socket.To("room").EmitAsync("own", i);
        }

        client.Cut();
        Assert.True((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task What_is_remembered_is_bounded_and_something_older_is_unknown()
    {
        await using TestServer server = Start(static options => options.Recovery.StockHistory = 2);
        RealtimeNamespace space = server.Server.Of("/");
        foreach (bool isOld in (bool[])[false, true])
        {
            StockClient client = await new StockClient(server).ConnectAsync();
            await space.Sockets.Single(socket => socket.Id == client.Sid).JoinAsync("a", "b");
            await space.To("a").EmitAsync("e", 1);
            client.Read();
            await space.To("b").EmitAsync("e", 2);
            await space.To("b").EmitAsync("e", 3);
            await space.To(isOld ? "a" : "b").EmitAsync("e", 4);
            client.Raw.Take();
            client.Cut();
            await client.ConnectAsync();

            Assert.Equal(!isOld, client.IsRecovered);
            Assert.Equal(isOld ? "connect e1 connect" : "connect e1 e2 e3 e4 recovered", client.Took());
        }
    }

    [Fact]
    public async Task Either_side_ends_it_by_a_disconnect()
    {
        StockClient client = await ConnectAsync();
        client.Raw.Send("41");
        client.Cut();
        Assert.False((await client.ConnectAsync()).IsRecovered);
        await Socket(client).DisconnectAsync();
        client.Cut();
        Assert.False((await client.ConnectAsync()).IsRecovered);
    }

    [Fact]
    public async Task What_the_application_keeps_with_the_socket_is_there_again()
    {
        StockClient client = await ConnectAsync();
        Socket(client).Data = "data";
        Socket(client).Items.Set("item");
        client.Cut();
        await client.ConnectAsync();

        Assert.Equal("data", Socket(client).Data);
        Assert.Equal("item", Socket(client).Items.Get<string>());
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    public async Task Middlewares_are_left_out_where_that_is_wanted(bool skip, int expected)
    {
        int asked = 0;
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space.Use((context, next) =>
            {
                asked++;
                _ = context.Socket.EmitAsync("from-middleware", "text").AsTask();
                return next(context);
            })),
            options =>
            {
                options.Recovery.StockClients = true;
                options.Recovery.SkipMiddlewares = skip;
            });
        StockClient client = await new StockClient(server).ConnectAsync();
        client.Cut();
        await client.ConnectAsync();
        Assert.True(client.IsRecovered);
        await Patience.UntilAsync(() => client.Read().Offset!.StartsWith('~'));
        client.Cut();
        await client.ConnectAsync();

        Assert.True(client.IsRecovered);
        Assert.Equal(expected == 1 ? 1 : 3, asked);
    }

    [Fact]
    public async Task Names_and_numbers_of_the_extension_mean_nothing_to_a_stock_client()
    {
        var got = new List<string>();
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space.OnAny(context =>
            {
                got.Add(context.EventName + string.Concat(Enumerable.Range(0, context.Arguments.Count).Select(i => System.Text.Encoding.UTF8.GetString(context.Arguments[i].Json.Span))));
                return default;
            })),
            static options => options.Recovery.StockClients = true);
        StockClient client = await new StockClient(server).ConnectAsync();
        client.Raw.Send("420[\"e\",{\"$rt:id\":1,\"low\":1}]", "421[\"e\",{\"$rt:id\":1,\"low\":1}]");

        Assert.Equal(["e{\"$rt:id\":1,\"low\":1}", "e{\"$rt:id\":1,\"low\":1}"], got);
    }

    [Fact]
    public async Task Clients_of_both_kinds_live_in_one_room()
    {
        StockClient stock = await ConnectAsync();
        RecoveringClient extended = await new RecoveringClient(_server, "eve").ConnectAsync();
        await Patience.UntilAsync(() => extended.Read().Positions.Count >= 2);
        await Space.Sockets.Single(socket => socket.Id == extended.Sid).JoinAsync("room");
        await Socket(stock).JoinAsync("room");
        await Space.To("room").EmitAsync("e", 1);
        stock.Cut();
        extended.Cut();
        await Space.To("room").EmitAsync("e", 2);
        await stock.ConnectAsync();
        await extended.ConnectAsync();
        await Patience.UntilAsync(() => extended.Read().Events.Count >= 2);

        Assert.Equal("e1 e2 recovered", stock.Took());
        Assert.Equal("e1 e2", extended.Took());
    }

    [Fact]
    public async Task A_session_of_the_extension_is_nothing_to_a_stock_client_nor_the_other_way_round()
    {
        StockClient stock = await ConnectAsync();
        stock.Cut();
        RecoveringClient extended = await new RecoveringClient(_server) { Pid = stock.Pid }.ConnectAsync();
        Assert.False(extended.IsRecovered);
        extended.Cut();
        StockClient other = await new StockClient(_server) { Pid = extended.Pid, Offset = "~0" }.ConnectAsync();
        Assert.False(other.IsRecovered);

        Assert.True((await stock.ConnectAsync()).IsRecovered);
    }

    private static TestServer Start(Action<RealtimeOptions>? configure = null) => TestServer.Start(
        builder => builder.AddNamespace("/", space => space.Use((context, next) =>
        {
            context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, JsonElement>>()?.GetValueOrDefault("user") is { ValueKind: JsonValueKind.String } user ? user.GetString() : null;
            return next(context);
        })),
        options =>
        {
            options.Recovery.StockClients = true;
            configure?.Invoke(options);
        });

    private async Task<StockClient> ConnectAsync(string user = "ann")
    {
        StockClient client = await new StockClient(_server, user).ConnectAsync();
        await Patience.UntilAsync(() => client.Read().Offset is not null);
        client.Events.Clear();
        return client;
    }

    private RealtimeSocket Socket(StockClient client) => Space.Sockets.Single(socket => socket.Id == client.Sid);
}

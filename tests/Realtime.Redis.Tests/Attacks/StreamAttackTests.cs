using Realtime.Core.Sequencing;
using Realtime.Redis.Tests.Faults;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>Attacks on what the server sends, with real servers on a real Redis and clients that speak by hand: B3, B4, B7, B8, B15, B16, B20.</summary>
public sealed class StreamAttackTests(RedisFixture redis) : AttackBench(redis), IClassFixture<RedisFixture>
{
    [Fact]
    public async Task B3_who_leaves_and_joins_again_gets_nothing_of_between_and_no_gap_also_across_an_outage()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await ConnectAsync(b, "bob", "room"); // so that the log goes on
        await b.Space.To("room").EmitAsync("a", 1);
        await client.UntilAsync("a1");
        await a.SocketOf(client).LeaveAsync("room");
        await client.Wire.UntilAsync("42[\"$rt:end\"");
        await b.Space.To("room").EmitAsync("between", 2);
        await a.SocketOf(client).JoinAsync("room");
        await b.Space.To("room").EmitAsync("c", 3);
        await client.UntilAsync("c3");

        client.Cut();
        await b.Space.To("room").EmitAsync("d", 4);
        await client.ConnectAsync(b);
        await b.Space.To("room").EmitAsync("e", 5);

        Assert.Equal("a1 c3 d4 e5", await client.UntilAsync("e5"));
    }

    [Fact]
    public async Task B4_emits_of_two_nodes_to_two_rooms_come_once_each_also_across_a_crash_between_them()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["x", "y"]);
        await Task.WhenAll(EmitAsync(a, "a", 0), EmitAsync(b, "b", 0));
        await Bounded(() => client.Heard.Length >= 40);
        _ = EmitAsync(a, "a", 20); // ends when the node is disposed of, at the latest
        Task publishing = EmitAsync(b, "b", 20);
        await Bounded(() => client.Heard.Length >= 50);
        await a.CrashAsync();
        client.Cut();
        await publishing;
        await client.ConnectAsync(b);
        await b.Space.To("y", "x").EmitAsync("last", 0);

        string[] heard = (await client.UntilAsync("last0")).Split(' ')[..^1];
        IEnumerable<string> expected = Enumerable.Range(0, 40).Select(static i => $"b{i}").Concat(Enumerable.Range(0, 20).Select(static i => $"a{i}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), heard.Where(static text => text[0] == 'b' || int.Parse(text[1..], System.Globalization.CultureInfo.InvariantCulture) < 20).Order(StringComparer.Ordinal));
        Assert.Equal(heard.Distinct().Count(), heard.Length); // what the node that crashed published at last may be lost, never doubled
    }

    private static async Task EmitAsync(AttackNode node, string name, int from)
    {
        try
        {
            for (int i = from; i < from + 20; i++)
            {
                await (i % 2 == 0 ? node.Space.To("x", "y") : node.Space.To("y", "x")).EmitAsync(name, i);
            }
        }
        catch (Core.Backplane.BackplaneUnavailableException) when (name == "a")
        {
            // It has crashed.
        }
    }

    [Fact]
    public async Task B7_what_was_sent_to_one_socket_outlives_the_node_that_sent_it()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a);
        await a.SocketOf(client).EmitAsync("own", 1);
        await client.UntilAsync("own1");
        Core.Namespaces.RealtimeSocket socket = a.SocketOf(client);
        client.Cut();
        await socket.EmitAsync("own", 2);
        await a.CrashAsync();
        await b.Space.To(client.Sid).EmitAsync("own", 3);

        await client.ConnectAsync(b);
        await b.Space.To(client.Sid).EmitAsync("own", 4);

        Assert.Equal("own1 own2 own3 own4", await client.UntilAsync("own4"));
        Assert.True(client.IsRecovered);
    }

    [Fact]
    public async Task B8_what_is_sent_to_a_user_who_is_away_is_there_when_she_comes_back()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a);
        client.Cut();
        await b.Space.ToUser("ann").EmitAsync("news", 1);
        await a.CrashAsync();
        await b.Space.ToUser("ann").EmitAsync("news", 2); // nobody has her now

        await client.ConnectAsync(b);
        await b.Space.ToUser("ann").EmitAsync("news", 3);

        Assert.Equal("news1 news2 news3", await client.UntilAsync("news3"));
        Assert.True(client.IsRecovered);
    }

    [Fact]
    public async Task B15_a_replay_that_is_larger_than_the_outbound_buffer_arrives()
    {
        const int count = 220; // 11 MB: more than two kernels keep for a client that does not read
        AttackNode a = await StartAsync(Configure);
        AttackNode b = await StartAsync(Configure);
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        client.Cut();
        string text = new('x', 50_000);
        for (int i = 0; i < count; i++)
        {
            await b.Space.To("room").EmitAsync($"e{i}-", text);
        }

        var mayRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await client.BeginAsync(b.Chat.Address, mayRead: mayRead.Task);
        await Bounded(() => b.Space.Sockets.Any(static socket => socket.BufferedBytes > 0));
        mayRead.SetResult();
        await b.Space.To("room").EmitAsync("last");

        await client.UntilAsync("last");
        Assert.Equal([.. Enumerable.Range(0, count).Select(static i => $"e{i}"), "last"], client.Heard.Select(static heard => heard.Split('-')[0]));

        static void Configure(Core.Hosting.RealtimeOptions options)
        {
            options.Connections.MaxBufferedBytes = 256 * 1024;
            options.Recovery.Retention = new RetentionLimits { MaxBytes = 32 * 1024 * 1024 };
        }
    }

    [Fact]
    public async Task B16_a_hole_that_cannot_be_filled_is_told_as_a_gap_before_anything_later()
    {
        var faults = new ChannelFaults(seed: 1, part: 0);
        AttackNode a = await StartAsync(Configure, Fill, OpenChannel(faults));
        AttackNode b = await StartAsync(Configure, Fill);
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await b.Space.To("room").EmitAsync("e", 1);
        await client.UntilAsync("e1");
        faults.LoseNext(20);
        for (int i = 2; i <= 21; i++)
        {
            await b.Space.To("room").EmitAsync("e", i);
        }

        await b.Space.To("room").EmitAsync("e", 22); // arrives, and shows the hole

        Assert.Equal("e1 gap(2-17) e18 e19 e20 e21 e22", await client.UntilAsync("e22"));
        Assert.Equal(20, faults.Count(Fate.Lost));

        static void Configure(Core.Hosting.RealtimeOptions options) => options.Recovery.Retention = new RetentionLimits { MaxEntries = 5 };
        static void Fill(RedisOptions options) => options.Backplane.CheckInterval = TimeSpan.FromMinutes(1);
    }

    [Fact]
    public async Task B20_what_a_handler_has_emitted_and_awaited_comes_before_its_acknowledgement()
    {
        var faults = new ChannelFaults(seed: 1, part: 0);
        AttackNode a = await StartAsync(configure: static options => options.Backplane.FillTimeout = TimeSpan.FromMilliseconds(50), way: OpenChannel(faults));
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        for (int i = 1; i <= 5; i++)
        {
            faults.LoseNext(1); // so that what was emitted comes late to its own node
            await client.Wire.SendAsync($$"""42{{i}}["say",{{i}},{"$rt:id":{{i}},"low":{{i}}}]""");
            await client.Wire.UntilAsync($"43{i}[");

            string[] lines = [.. client.Wire.Lines];
            Assert.InRange(Array.FindIndex(lines, line => line.StartsWith($"42[\"said\",{i},", StringComparison.Ordinal)), 0, Array.FindIndex(lines, line => line.StartsWith($"43{i}[", StringComparison.Ordinal)));
            await Bounded(() => faults.Count(Fate.Lost) == i); // the log may be read before the channel brings what is lost there
        }
    }

    private static Task Bounded(Func<bool> holds) => Contracts.Bounded.UntilAsync(holds, "it came");
}

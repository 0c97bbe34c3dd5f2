using Realtime.Contracts;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>Attacks of clients that lie, with real servers on a real Redis: S1, S2, S3, S5, S6 and what concerns stock clients, B9.</summary>
public sealed class SecurityAttackTests(RedisFixture redis) : AttackBench(redis), IClassFixture<RedisFixture>
{
    [Fact]
    public async Task S1_who_has_the_secret_of_a_session_but_is_another_user_gets_a_new_one_and_disturbs_nobody()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient ann = await ConnectAsync(a, rooms: ["room"]);
        AttackClient bob = await ConnectAsync(b, "bob");
        string? own = bob.Pid;
        foreach (bool isAway in (bool[])[false, true])
        {
            if (isAway)
            {
                ann.Cut();
            }

            bob.Cut();
            bob.Pid = ann.Pid;
            await bob.ConnectAsync(b, ann.Positions);
            Assert.False(bob.IsRecovered);
            Assert.DoesNotContain(bob.Pid, new[] { ann.Pid, own });
            await b.Space.To("room").EmitAsync("secret", isAway);
        }

        await ann.ConnectAsync(b);
        await b.Space.EmitAsync("last");

        Assert.True(ann.IsRecovered);
        await Bounded.UntilAsync(() => ann.Heard.Length == 3, "ann lost nothing");
        Assert.Equal("last", await bob.UntilAsync("last"));
    }

    [Fact]
    public async Task S2_forged_positions_and_ranges_give_nothing_that_was_not_sent_to_the_session()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient bob = await ConnectAsync(a, "bob", "room", "other");
        await b.Space.To("room").EmitAsync("before", 1);
        await b.Space.To("other").EmitAsync("foreign", 1);
        await Bounded.UntilAsync(() => bob.Heard.Length == 2, "bob heard both");
        AttackClient ann = await ConnectAsync(a, rooms: ["room"]);
        await b.Space.To("room").EmitAsync("mine", 1);
        await ann.UntilAsync("mine1");
        string room = (await ann.Wire.UntilAsync("42[\"mine\"")).Split('"')[^2].Split(':')[0];
        string other = (await bob.Wire.UntilAsync("42[\"foreign\"")).Split('"')[^2].Split(':')[0];
        await ann.Wire.SendAsync($"421[\"$rt:resend\",\"{room}\",1,1]");
        await ann.Wire.SendAsync($"422[\"$rt:resend\",\"{other}\",1,1]");
        await ann.Wire.UntilAsync("432");

        ann.Cut();
        Dictionary<string, long> forged = ann.Positions;
        forged[room] = 0; // before the join
        forged[other] = 0; // of a room that it is not in
        await ann.ConnectAsync(b, forged);
        await b.Space.To("room").EmitAsync("last");
        await ann.UntilAsync("last");

        Assert.True(ann.IsRecovered);
        Assert.Empty(ann.Heard.Intersect(["before1", "foreign1"]));
    }

    [Fact]
    public async Task S3_a_session_that_is_away_and_loses_its_room_gets_nothing_of_it_any_more()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await ConnectAsync(b, "bob", "room");
        client.Cut();
        await b.Space.To("room").EmitAsync("before", 1);
        await b.Space.ToUser("ann").LeaveAsync("room");
        await b.Space.To("room").EmitAsync("after", 2);

        await client.ConnectAsync(a);
        await b.Space.EmitAsync("last");

        Assert.Equal("before1 last", string.Join(' ', (await client.UntilAsync("last")).Split(' ').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S3_the_session_of_a_user_who_was_disconnected_while_away_is_over(bool crashes)
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        client.Cut();
        if (crashes)
        {
            await a.CrashAsync();
        }

        await b.Chat.Server.DisconnectUserAsync("ann");
        await client.ConnectAsync(b);

        Assert.False(client.IsRecovered);
    }

    [Fact]
    public async Task S5_names_of_rooms_never_reach_a_client()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["hidden-1", "hidden-2"]);
        await b.Space.To("hidden-1", "hidden-2", "hidden-3").EmitAsync("e", 1);
        await b.Space.To("hidden-2").Except(client.Sid).EmitAsync("e", 2);
        await b.Space.To("hidden-2").EmitAsync("e", 3);
        await client.UntilAsync("e3");
        IReadOnlyList<string> lines = client.Wire.Lines;
        client.Cut();
        await b.Space.To("hidden-1", "hidden-2").EmitAsync("e", 4);
        await client.ConnectAsync(b);
        await client.UntilAsync("e4");

        Assert.DoesNotContain(lines.Concat(client.Wire.Lines), static line => line.Contains("hidden", StringComparison.Ordinal) || line.Contains("$user", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S6_to_a_client_without_the_extension_its_objects_are_data_and_its_names_are_refused()
    {
        AttackNode a = await StartAsync();
        using SocketIoWire stock = await SocketIoWire.OpenAsync(a.Chat.Address, static _ => { });
        await stock.SendAsync("40{\"user\":\"eve\"}");
        await stock.UntilAsync("40{");
        for (int i = 1; i <= 2; i++)
        {
            await stock.SendAsync($$"""42{{i}}["say",7,{"$rt:id":1,"low":1}]""");
            await stock.UntilAsync($"43{i}[\"done\"]");
        }

        await stock.SendAsync("""423["$rt:resend","x",1,2]""");

        Assert.Contains("error", await stock.UntilAsync("433"), StringComparison.Ordinal);
        Assert.Equal(2, Handlers.Handled.Count); // a number means nothing here, so this was no repetition
        Assert.DoesNotContain(stock.Lines, static line => line.StartsWith("42[\"$rt:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B9_a_stock_client_whose_node_is_gone_is_told_that_it_was_not_recovered()
    {
        AttackNode a = await StartAsync(static options => options.Recovery.StockClients = true);
        AttackNode b = await StartAsync(static options => options.Recovery.StockClients = true);
        (string pid, string offset) = await ConnectStockAsync(a, "");
        await a.Space.EmitAsync("missed"); // it has stayed on its node: nothing is lost
        (string again, offset) = await ConnectStockAsync(a, $",\"pid\":\"{pid}\",\"offset\":\"{offset}\"");
        Assert.Equal(pid, again);

        await a.CrashAsync();
        await b.Space.EmitAsync("missed too");

        Assert.NotEqual(pid, (await ConnectStockAsync(b, $",\"pid\":\"{pid}\",\"offset\":\"{offset}\"")).Pid);
    }

    private static async Task<(string Pid, string Offset)> ConnectStockAsync(AttackNode node, string recovery)
    {
        using SocketIoWire stock = await SocketIoWire.OpenAsync(node.Chat.Address, static _ => { });
        await stock.SendAsync($"40{{\"user\":\"eve\"{recovery}}}");
        string answer = await stock.UntilAsync("40{");
        string joined = await stock.UntilAsync("42[\"joined\"");
        return (answer.Split("\"pid\":\"")[1].Split('"')[0], joined.Split('"')[^2]);
    }
}

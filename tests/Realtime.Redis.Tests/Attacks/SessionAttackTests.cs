using System.Text.Json.Nodes;
using Realtime.Contracts;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>Attacks on sessions and on what clients send, with real servers on a real Redis and clients that speak by hand: B10 to B13, B17 and B18.</summary>
public sealed class SessionAttackTests(RedisFixture redis) : AttackBench(redis), IClassFixture<RedisFixture>
{
    [Fact]
    public async Task B10_a_message_whose_node_crashed_is_handled_again_under_its_id_and_what_it_emitted_is_not_doubled()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await client.Wire.SendAsync("""421["slow",1,{"$rt:id":1,"low":1}]""");
        await client.UntilAsync("said1");
        await a.CrashAsync();
        client.Cut();

        await client.ConnectAsync(b);
        Assert.Equal((true, 0), (client.IsRecovered, client.Received));
        await client.Wire.SendAsync("""422["slow",1,{"$rt:id":1,"low":1}]""");
        await Bounded.UntilAsync(() => Handlers.Handled.Count == 2, "it was handled again");
        Handlers.Go.SetResult();
        await client.Wire.UntilAsync("432[\"done\"]");
        await b.Space.To("room").EmitAsync("last");

        Assert.Single(Handlers.Handled.Distinct());
        Assert.Equal("said1 last", await client.UntilAsync("last"));
    }

    [Fact]
    public async Task B10_a_message_whose_handler_runs_on_the_old_node_is_answered_on_the_new_one_and_not_handled_again()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await client.Wire.SendAsync("""421["slow",1,{"$rt:id":1,"low":1}]""");
        await client.UntilAsync("said1");
        client.Cut();

        SocketIoWire wire = await client.BeginAsync(b.Chat.Address);
        await Bounded.UntilAsync(() => Redis.Connection.GetDatabase().KeyExistsAsync($"{Prefix}:{{/}}:y:{client.Pid}"), "the old node was asked");
        for (int i = 0; i < 50; i++)
        {
            await Redis.Connection.GetDatabase().PingAsync(); // time enough for a claim that does not wait
        }

        Assert.Null(wire.Find("40{"));
        Handlers.Go.SetResult();
        await wire.UntilAsync("40{");
        await wire.SendAsync("""422["slow",1,{"$rt:id":1,"low":1}]""");

        Assert.Equal("432[\"done\"]", await wire.UntilAsync("432"));
        Assert.Single(Handlers.Handled);
    }

    [Fact]
    public async Task B10_a_node_that_lost_its_lease_starts_no_handler_beside_the_new_owner()
    {
        AttackNode a = await StartAsync(configure: Configure);
        AttackNode b = await StartAsync(configure: Configure);
        AttackClient client = await ConnectAsync(a);
        SocketIoWire old = client.Wire;
        a.Lose();
        await client.ConnectAsync(b); // the connection to the old node stays

        await old.SendAsync("""421["say",1,{"$rt:id":1,"low":1}]""");
        await Bounded.UntilAsync(() => old.HasEnded, "the old node dropped it");
        Assert.Empty(Handlers.Handled);
        await client.Wire.SendAsync("""421["say",1,{"$rt:id":1,"low":1}]""");

        await client.Wire.UntilAsync("431[\"done\"]");
        Assert.Single(Handlers.Handled);
        Assert.Null(old.Find("431"));

        static void Configure(RedisOptions options) => options.Sessions.Lease = TimeSpan.FromSeconds(10); // what is waited for here, and still long enough for a busy machine
    }

    [Fact]
    public async Task B11_a_session_is_restored_as_often_as_the_answer_is_lost_and_an_older_try_takes_nothing()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a);
        string sid = client.Sid;
        foreach (AttackNode node in (AttackNode[])[b, a, b, b, a])
        {
            client.Cut();
            await client.ConnectAsync(node);
            Assert.Equal((true, sid), (client.IsRecovered, client.Sid));
        }

        using SocketIoWire late = await SocketIoWire.OpenAsync(b.Chat.Address, static _ => { });
        await late.SendAsync("40" + new JsonObject { ["user"] = "ann", ["pid"] = client.Pid, ["$realtime"] = new JsonObject { ["v"] = 1, ["try"] = 3 } }.ToJsonString());

        Assert.Contains("superseded", await late.UntilAsync("44"), StringComparison.Ordinal);
        await client.Wire.SendAsync("""421["say",1,{"$rt:id":1,"low":1}]""");
        await client.Wire.UntilAsync("431[\"done\"]");
    }

    [Fact]
    public async Task B12_a_session_that_Redis_has_lost_begins_anew_so_that_the_client_knows_that_it_does_not_know()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a);
        await client.Wire.SendAsync("""421["say",1,{"$rt:id":1,"low":1}]""");
        await client.Wire.UntilAsync("431");
        string? pid = client.Pid;
        await a.CrashAsync();
        client.Cut();
        Assert.True(await Redis.Connection.GetDatabase().KeyDeleteAsync($"{Prefix}:{{/}}:s:{pid}"));

        await client.ConnectAsync(b);

        Assert.Equal((false, 0), (client.IsRecovered, client.Received));
        Assert.NotEqual(pid, client.Pid);
        await client.Wire.SendAsync("""422["say",2,{"$rt:id":1,"low":1}]"""); // the numbers begin anew, and this is no repetition
        await client.Wire.UntilAsync("432[\"done\"]");
        Assert.Equal(2, Handlers.Handled.Count);
    }

    [Fact]
    public async Task B13_another_node_gives_the_same_acknowledgements_those_of_refusals_too_and_forgets_what_is_confirmed()
    {
        AttackNode a = await StartAsync();
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a);
        await client.Wire.SendAsync("""421["say",1,{"$rt:id":1,"low":1}]""");
        await client.Wire.SendAsync("""422["fails",2,{"$rt:id":2,"low":1}]""");
        await client.Wire.SendAsync("""423["nobody",3,{"$rt:id":3,"low":1}]""");
        string[] first = [await client.Wire.UntilAsync("431"), await client.Wire.UntilAsync("432"), await client.Wire.UntilAsync("433")];
        client.Cut();
        await client.ConnectAsync(b);
        Assert.Equal(3, client.Received);

        foreach (int round in (int[])[4, 7])
        {
            await client.Wire.SendAsync($$"""42{{round}}["say",1,{"$rt:id":1,"low":1}]""");
            await client.Wire.SendAsync($$"""42{{round + 1}}["fails",2,{"$rt:id":2,"low":1}]""");
            await client.Wire.SendAsync($$"""42{{round + 2}}["nobody",3,{"$rt:id":3,"low":1}]""");
            string[] again = [await client.Wire.UntilAsync($"43{round}"), await client.Wire.UntilAsync($"43{round + 1}"), await client.Wire.UntilAsync($"43{round + 2}")];
            Assert.Equal(first.Select(static line => line[3..]), again.Select(static line => line[3..]));
        }

        Assert.Equal(2, Handlers.Handled.Count);
        await client.Wire.SendAsync("""4210["say",4,{"$rt:id":4,"low":4}]""");
        await client.Wire.UntilAsync("4310");
        await Bounded.UntilAsync(async () => (await FieldsAsync(client.Pid!)).Count(static name => name.StartsWith('a')) == 1, "the store keeps the last answer only");
    }

    [Fact]
    public async Task B17_a_range_is_sent_again_and_answered_while_a_handler_of_the_client_runs()
    {
        AttackNode a = await StartAsync();
        await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await client.Wire.SendAsync("""421["slow",1,{"$rt:id":1,"low":1}]""");
        await client.UntilAsync("said1");
        string line = await client.Wire.UntilAsync("42[\"said\",1,");
        string stream = line.Split('"')[^2].Split(':')[0];

        await client.Wire.SendAsync($"422[\"$rt:resend\",\"{stream}\",1,1]");

        Assert.Equal("432[{\"sent\":1}]", await client.Wire.UntilAsync("432"));
        Assert.Equal(2, client.Wire.Lines.Count(other => other == line));
        Assert.Null(client.Wire.Find("431"));
    }

    [Fact]
    public async Task B18_a_live_session_whose_record_was_lost_is_written_again_and_outlives_its_node()
    {
        AttackNode a = await StartAsync(static options => options.Recovery.Sessions.TouchInterval = TimeSpan.FromMilliseconds(100));
        AttackNode b = await StartAsync();
        AttackClient client = await ConnectAsync(a, rooms: ["room"]);
        await b.Space.To("room").EmitAsync("e", 1);
        await client.UntilAsync("e1");
        RedisKey key = $"{Prefix}:{{/}}:s:{client.Pid}";
        await Redis.Connection.GetDatabase().KeyDeleteAsync(key);
        await Bounded.UntilAsync(() => Redis.Connection.GetDatabase().KeyExistsAsync(key), "it was written again");

        await a.CrashAsync();
        client.Cut();
        await b.Space.To("room").EmitAsync("e", 2);
        await client.ConnectAsync(b);

        Assert.True(client.IsRecovered);
        Assert.Equal("e1 e2", await client.UntilAsync("e2"));
    }

    private async Task<string[]> FieldsAsync(string pid) => [.. (await Redis.Connection.GetDatabase().HashKeysAsync($"{Prefix}:{{/}}:s:{pid}")).Select(static name => name.ToString())];
}

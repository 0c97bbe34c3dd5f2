using System.Net.Sockets;
using Realtime.Contracts;

namespace Realtime.Faults.Tests;

public sealed class FaultProxyTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Bytes_pass_both_ways_and_so_does_the_end()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();

        await client.SayAsync("question");
        Assert.Equal("question", await target.HearAsync(8));
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await target.HearAllAsync());
        await target.SayAsync("answer");
        target.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", await client.HearAllAsync());

        await Bounded.UntilAsync(() => scene.Proxy.LiveConnections == 0, "the connection is forgotten");
        Assert.Equal(0, scene.Proxy.Faults.Total);
    }

    [Fact]
    public async Task A_reset_by_one_side_reaches_the_other()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();

        target.LingerState = new LingerOption(true, 0);
        target.Dispose();

        await client.IsResetAsync();
    }

    [Fact]
    public async Task A_client_is_let_go_when_the_target_is_not_there()
    {
        await using Scene scene = Scene.Open();
        scene.StopTarget();

        Assert.Equal("", await (await scene.DialAsync()).HearAllAsync());
    }

    [Fact]
    public async Task A_cut_is_an_orderly_end_for_both_even_with_bytes_on_their_way()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        scene.Proxy.ApplyToOne(Fault.Delay(Directions.Both, s_second));
        await client.SayAsync("held");
        await scene.FeltAsync(FaultKind.Delay);
        await client.SayAsync("not even read");

        Assert.True(scene.Proxy.ApplyToOne(Fault.Cut));

        Assert.Equal("", await client.HearAllAsync());
        Assert.Equal("", await target.HearAllAsync());
        Assert.Equal(1, scene.Proxy.Faults[FaultKind.Cut]);
    }

    [Fact]
    public async Task A_cut_waits_a_second_for_a_side_that_does_not_close()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        scene.Proxy.ApplyToOne(Fault.Cut);
        Assert.Equal("", await client.HearAllAsync());
        Assert.Equal("", await target.HearAllAsync());
        Assert.Equal(1, scene.Proxy.LiveConnections);

        scene.Time.Advance(s_second);

        await Bounded.UntilAsync(() => scene.Proxy.LiveConnections == 0, "the connection is forgotten");
    }

    [Fact]
    public async Task A_cut_at_a_byte_lets_exactly_those_before_it_pass_over_all_messages()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        Assert.True(scene.Proxy.ApplyToOne(Fault.CutAfter(Directions.ToTarget, 8)));

        await client.SayAsync("first");
        Assert.Equal("first", await target.HearAsync(5));
        await target.SayAsync("not counted");
        Assert.Equal("not counted", await client.HearAsync(11));
        Assert.Equal(0, scene.Proxy.Faults[FaultKind.Cut]);
        await client.SayAsync("second");

        Assert.Equal("sec", await target.HearAllAsync());
        Assert.Equal("", await client.HearAllAsync());
        Assert.Equal(1, scene.Proxy.Faults[FaultKind.Cut]);
    }

    [Fact]
    public async Task An_orphan_gets_the_last_bytes_of_a_client_that_has_long_seen_the_end()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        Assert.True(scene.Proxy.ApplyToOne(Fault.Orphan(2 * s_second)));
        await client.SayAsync("late");
        await scene.FeltAsync(FaultKind.Orphan);
        scene.Time.Advance(s_second);
        Assert.Equal("", await client.HearAllAsync());
        Assert.False(target.HasHeardSomething());

        scene.Time.Advance(s_second);
        Assert.Equal("late", await target.HearAsync(4));
        Assert.False(target.HasHeardSomething());
        scene.Time.Advance(2 * s_second);

        await target.IsResetAsync();
    }

    [Fact]
    public async Task A_reset_is_one_for_both()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();

        Assert.True(scene.Proxy.ApplyToOne(Fault.Reset));

        await client.IsResetAsync();
        await target.IsResetAsync();
        Assert.Equal(1, scene.Proxy.Faults[FaultKind.Reset]);
    }

    [Fact]
    public async Task A_delay_holds_one_direction_for_its_time_and_keeps_the_order()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        scene.Proxy.ApplyToOne(Fault.Delay(Directions.ToTarget, s_second));

        await client.SayAsync("first ");
        await scene.FeltAsync(FaultKind.Delay);
        await client.SayAsync("second");
        client.Shutdown(SocketShutdown.Send);
        await target.SayAsync("not held");
        Assert.Equal("not held", await client.HearAsync(8));
        scene.Time.Advance(s_second - TimeSpan.FromTicks(1));
        Assert.False(target.HasHeardSomething());

        scene.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("first second", await target.HearAllAsync());
    }

    [Fact]
    public async Task A_delay_holds_an_end_as_well()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        scene.Proxy.ApplyToOne(Fault.Delay(Directions.ToTarget, s_second));

        client.Shutdown(SocketShutdown.Send);
        await scene.FeltAsync(FaultKind.Delay);
        Assert.False(target.HasHeardSomething());

        scene.Time.Advance(s_second);
        Assert.Equal("", await target.HearAllAsync());
    }

    [Fact]
    public async Task A_delay_on_which_nothing_is_said_is_not_counted()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();

        Assert.True(scene.Proxy.ApplyToOne(Fault.Delay(Directions.Both, s_second)));
        scene.Time.Advance(s_second);
        await client.SayAsync("later");

        Assert.Equal("later", await target.HearAsync(5));
        Assert.Equal(0, scene.Proxy.Faults.Total);
    }

    [Fact]
    public async Task A_half_open_connection_forwards_neither_bytes_nor_the_end_until_it_is_cut()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        Assert.Equal(1, scene.Proxy.ApplyToAll(Fault.HalfOpen(Directions.ToTarget)));

        await client.SayAsync("lost");
        client.Shutdown(SocketShutdown.Send);
        await target.SayAsync("heard");
        Assert.Equal("heard", await client.HearAsync(5));
        Assert.False(target.HasHeardSomething());
        Assert.False(scene.Proxy.ApplyToOne(Fault.Cut)); // it is no target for other faults
        Assert.Equal(0, scene.Proxy.CutHalfOpen(s_second));

        scene.Time.Advance(s_second);
        Assert.Equal(1, scene.Proxy.CutHalfOpen(s_second));

        Assert.Equal("", await target.HearAllAsync());
        Assert.Equal("", await client.HearAllAsync());
        Assert.Equal(1, scene.Proxy.Faults.Total);
    }

    [Fact]
    public async Task A_half_open_connection_holds_what_was_being_delayed()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        scene.Proxy.ApplyToOne(Fault.Delay(Directions.Both, s_second));
        await client.SayAsync("held");
        await scene.FeltAsync(FaultKind.Delay);
        scene.Proxy.ApplyToOne(Fault.HalfOpen(Directions.Both));

        scene.Time.Advance(s_second);
        scene.Proxy.CutHalfOpen(TimeSpan.Zero);

        Assert.Equal("", await target.HearAllAsync());
    }

    [Fact]
    public async Task A_trickle_lets_a_few_bytes_pass_at_a_time_and_ends()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();
        scene.Proxy.ApplyToOne(Fault.Trickle(Directions.ToTarget, 2, s_second, 2 * s_second));

        await client.SayAsync("abcdefgh");
        Assert.Equal("ab", await target.HearAsync(2));
        Assert.False(target.HasHeardSomething());
        scene.Time.Advance(s_second);
        Assert.Equal("cd", await target.HearAsync(2));
        Assert.False(target.HasHeardSomething());
        scene.Time.Advance(s_second);

        Assert.Equal("efgh", await target.HearAsync(4));
        Assert.Equal(1, scene.Proxy.Faults[FaultKind.Trickle]);
    }

    [Fact]
    public async Task A_refused_client_is_accepted_and_closed_at_once()
    {
        await using Scene scene = Scene.Open();
        scene.Proxy.RefuseNext(2);

        Assert.Equal("", await (await scene.DialAsync()).HearAllAsync());
        Assert.Equal("", await (await scene.DialAsync()).HearAllAsync());
        await scene.FeltAsync(FaultKind.Refuse, 2);
        await scene.ConnectAsync();
    }

    [Fact]
    public async Task While_it_is_down_nobody_gets_in_and_those_inside_stay()
    {
        await using Scene scene = Scene.Open();
        (Socket client, Socket target) = await scene.ConnectAsync();

        for (int round = 1; round <= 3; round++)
        {
            Assert.True(scene.Proxy.StopListening());
            Assert.False(scene.Proxy.StopListening());
            SocketException failure = await Assert.ThrowsAsync<SocketException>(scene.DialAsync);
            Assert.Equal(SocketError.ConnectionRefused, failure.SocketErrorCode);
            await client.SayAsync("still");
            Assert.Equal("still", await target.HearAsync(5));

            Assert.True(scene.Proxy.StartListening());
            Assert.False(scene.Proxy.StartListening());
            await scene.ConnectAsync();
            Assert.Equal(round, scene.Proxy.Faults[FaultKind.Down]);
        }
    }

    [Fact]
    public async Task The_same_seed_chooses_the_same_connections()
    {
        Assert.Equal(await ChooseAsync(seed: 7), await ChooseAsync(seed: 7));
        Assert.NotEqual(await ChooseAsync(seed: 7), await ChooseAsync(seed: 8));

        static async Task<string> ChooseAsync(int seed)
        {
            await using Scene scene = Scene.Open(seed);
            var clients = new List<Socket>();
            for (int i = 0; i < 8; i++)
            {
                clients.Add((await scene.ConnectAsync()).Client);
            }

            string chosen = "";
            for (int i = 0; i < 4; i++)
            {
                int left = scene.Proxy.LiveConnections;
                scene.Proxy.ApplyToOne(Fault.Reset);
                await Bounded.UntilAsync(() => scene.Proxy.LiveConnections == left - 1, "the connection is forgotten");
                Socket gone = Assert.Single(clients, static client => client.HasHeardSomething());
                chosen += clients.IndexOf(gone);
                gone.Dispose();
                clients[clients.IndexOf(gone)] = (await scene.ConnectAsync()).Client;
            }

            return chosen;
        }
    }

    [Fact]
    public async Task Disposal_resets_what_is_left_whatever_befell_it()
    {
        Scene scene = Scene.Open();
        (Socket plain, _) = await scene.ConnectAsync();
        (Socket delayed, _) = await scene.ConnectAsync();
        scene.Proxy.ApplyToAll(Fault.Delay(Directions.Both, s_second));
        await delayed.SayAsync("held");
        await scene.FeltAsync(FaultKind.Delay);
        scene.Proxy.ApplyToOne(Fault.HalfOpen(Directions.Both));
        scene.Proxy.StopListening();
        Assert.Equal(5, scene.Proxy.LiveSockets);

        await scene.Proxy.DisposeAsync();

        await plain.IsResetAsync();
        await delayed.IsResetAsync();
        Assert.False(scene.Proxy.StartListening());
        await scene.DisposeAsync(); // checks that nothing is left
    }
}

using Realtime.Client.States;
using Realtime.Contracts;
using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>The rows of docs/protocol/recovery.md about CONNECT.</summary>
public sealed class ResumeTests
{
    private static ValueTask<object?> Token(CancellationToken cancellationToken) => new(new Dictionary<string, string> { ["token"] = "t", ["pid"] = "forged" });

    [Fact]
    public async Task A_client_asks_for_version_1_and_counts_its_tries_also_those_that_were_never_answered()
    {
        await using var bench = new RecoveryBench(auth: static _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = "t" }));
        _ = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("""40{"token":"t","$realtime":{"v":1,"try":1}}""", await wire.SentAsync());
        wire.Break();
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("""40{"token":"t","$realtime":{"v":1,"try":2}}""", await wire.SentAsync());
    }

    [Fact]
    public async Task A_client_that_is_told_not_to_does_not_ask()
    {
        await using var bench = new RecoveryBench(options => options.Recovery.Enabled = false);
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("40", await wire.SentAsync());
        wire.Say(Granted());
        await connecting.Within();
        wire.Say("""42["a","s:1"]""");
        Assert.Equal(["""a "s:1" -"""], await bench.SeeAsync(1));
    }

    [Fact]
    public async Task Without_a_grant_a_connection_is_an_ordinary_one()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.Bench.ConnectAsync();
        wire.Say("""42["a",1,"s:1"]""");
        wire.Say("""42["b","~7"]""");
        wire.Say("""42["$rt:skip","s:9"]""");
        wire.Say("""42["c"]""");

        Assert.Equal(["""a 1,"s:1" -""", """b "~7" -""", "c  -"], await bench.SeeAsync(3));
        await bench.Bench.NextAsync(ClientState.Connected);
        (_, string connect) = await bench.ReconnectAsync(wire);
        Assert.Equal("""40{"$realtime":{"v":1,"try":2}}""", connect);
    }

    [Fact]
    public async Task A_session_is_resumed_with_its_secret_and_the_position_of_every_stream_that_is_announced()
    {
        await using var bench = new RecoveryBench(auth: Token);
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["$rt:at","t:0"]""");
        wire.Say("""42["a","s:5"]""");
        await bench.SeeAsync(1);

        (wire, string connect) = await bench.ReconnectAsync(wire);

        Assert.Equal("""40{"token":"t","pid":"forged","pid":"p1","$realtime":{"v":1,"try":2,"positions":{"s":5,"t":0}}}""", connect);
        wire.Say(Granted(recovered: true));
        await bench.Bench.NextAsync(ClientState.Connected);
        Assert.Equal((true, "id"), (bench.Client.IsRecovered, bench.Client.Id));
        wire.Say("""42["again","s:5"]""");
        wire.Say("""42["b","s:6"]""");
        Assert.Equal(["b  s:6"], await bench.SeeAsync(1));
    }

    [Fact]
    public async Task A_stream_that_has_ended_is_named_as_such_until_it_is_announced_again()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["a","s:5"]""");
        wire.Say("""42["$rt:end","s"]""");
        wire.Say("""42["$rt:at","t:0"]""");
        wire.Say("""42["b","t:1"]""");
        await bench.SeeAsync(2);

        (wire, string connect) = await bench.ReconnectAsync(wire);
        Assert.Equal("""40{"pid":"p1","$realtime":{"v":1,"try":2,"positions":{"t":1},"ended":{"s":5}}}""", connect);
        wire.Say(Granted(recovered: true));
        wire.Say("""42["$rt:at","s:7"]""");
        wire.Say("""42["c","s:8"]""");
        await bench.SeeAsync(1);

        (_, connect) = await bench.ReconnectAsync(wire);
        Assert.Equal("""40{"pid":"p1","$realtime":{"v":1,"try":3,"positions":{"t":1,"s":8}}}""", connect);
    }

    [Fact]
    public async Task What_the_server_cannot_give_is_reported_before_anything_later()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["$rt:at","t:1"]""");
        await bench.SeeNothingAsync(wire);

        wire = await bench.ResumeAsync(wire, gaps: ""","gaps":[{"stream":"s","from":5,"to":9},{"stream":"t","from":2,"to":null}]""");
        wire.Say("""42["late","s:7"]""");
        wire.Say("""42["a","s:10"]""");
        wire.Say("""42["b","t:2"]""");

        Assert.Equal(["gap s 5-9", "gap t 2-?", "a  s:10", "b  t:2"], await bench.SeeAsync(4));
        (_, string connect) = await bench.ReconnectAsync(wire);
        Assert.Contains("""{"s":10,"t":2}""", connect, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_session_knows_nothing_of_the_old_one()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42["a","s:5"]""");
        await bench.SeeAsync(1);

        (wire, _) = await bench.ReconnectAsync(wire);
        wire.Say(Granted(pid: "p2"));
        await bench.Bench.NextAsync(ClientState.Connected);
        Assert.False(bench.Client.IsRecovered);
        wire.Say("""42["$rt:at","s:2"]""");
        wire.Say("""42["b","s:3"]""");

        Assert.Equal(["b  s:3"], await bench.SeeAsync(1));
        (_, string connect) = await bench.ReconnectAsync(wire);
        Assert.Equal("""40{"pid":"p2","$realtime":{"v":1,"try":3,"positions":{"s":3}}}""", connect);
    }

    [Fact]
    public async Task A_server_that_grants_nothing_any_more_ends_the_session()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        (wire, _) = await bench.ReconnectAsync(wire);
        wire.Say("""40{"sid":"plain"}""");
        await bench.Bench.NextAsync(ClientState.Connected);
        wire.Say("""42["a","s:9"]""");

        Assert.Equal(["""a "s:9" -"""], await bench.SeeAsync(1));
        (_, string connect) = await bench.ReconnectAsync(wire);
        Assert.Equal("""40{"$realtime":{"v":1,"try":3}}""", connect);
    }

    [Fact]
    public async Task A_try_that_was_overtaken_is_followed_by_the_next_one()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        (wire, _) = await bench.ReconnectAsync(wire);
        wire.Say("""44{"message":"a later CONNECT was seen","data":{"code":"superseded"}}""");
        await bench.Bench.PassAsync(2 * Second);
        wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("""40{"pid":"p1","$realtime":{"v":1,"try":3,"positions":{}}}""", await wire.SentAsync());
        wire.Say(Granted(recovered: true));
        await bench.Bench.NextAsync(ClientState.Connected);
    }

    [Theory]
    [InlineData("client")]
    [InlineData("server")]
    public async Task A_disconnect_ends_the_session(string by)
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:4"]""");
        await bench.SeeNothingAsync(wire);
        if (by == "client")
        {
            await bench.Client.DisconnectAsync().Within();
        }
        else
        {
            wire.Say("41");
            await bench.Bench.NextAsync(ClientState.Disconnected);
        }

        _ = bench.Client.ConnectAsync();
        wire = await bench.Bench.Server.NextAsync();
        Assert.Equal("""40{"$realtime":{"v":1,"try":2}}""", await wire.SentAsync());
        wire.Say(Granted());
        wire.Say("""42["a","s:5"]"""); // nothing is announced
        Assert.Equal(ClientCloseReason.ParseError, (await bench.Bench.NextAsync(ClientState.Reconnecting)).Reason);
    }

    [Theory]
    [InlineData("""40{"sid":"id","$realtime":{"v":1,"recovered":false,"received":0,"window":64}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":{"v":2,"recovered":false,"received":0,"window":64}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":{"v":1,"recovered":true,"received":0,"window":64}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":{"v":1,"recovered":false,"received":-1,"window":64}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":{"v":1,"recovered":false,"received":0,"window":0}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":{"v":1,"recovered":false,"received":0,"window":64,"gaps":[{"stream":"s","from":2,"to":1}]}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":{"v":1,"recovered":false,"received":0,"window":64,"gaps":[{"stream":"s","from":1,"to":1}]}}""")]
    [InlineData("""40{"sid":"id","pid":"p","$realtime":7}""")]
    public async Task An_answer_that_makes_no_sense_fails_the_attempt_and_the_client_asks_anew(string answer)
    {
        await using var bench = new RecoveryBench();
        _ = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Bench.Server.NextAsync();
        await wire.SentAsync();
        wire.Say(answer);
        await bench.Bench.PassAsync(Second);
        wire = await bench.Bench.Server.NextAsync();
        Assert.Contains("\"try\":2", await wire.SentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_namespace_has_its_own_session()
    {
        await using var bench = new RecoveryBench();
        FakeWire wire = await bench.ConnectAsync();
        ClientSocket other = bench.Client.Of("/other");
        var seen = new TaskCompletionSource<string?>();
        other.On("a", context =>
        {
            seen.SetResult(context.Position?.ToString());
            return default;
        });
        Task connecting = other.ConnectAsync();
        Assert.Equal("""40/other,{"$realtime":{"v":1,"try":1}}""", await wire.SentAsync());
        wire.Say("""40/other,{"sid":"o","pid":"p2","$realtime":{"v":1,"recovered":false,"received":0,"window":64}}""");
        await connecting.Within();
        wire.Say("""42["$rt:at","s:4"]""");
        wire.Say("""42/other,["$rt:at","s:6"]""");
        wire.Say("""42/other,["a","s:7"]""");
        wire.Say("""42["a","s:5"]""");

        Assert.Equal("s:7", await seen.Task.Within());
        Assert.Equal(["a  s:5"], await bench.SeeAsync(1));
    }
}

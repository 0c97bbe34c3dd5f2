using System.Text;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Tests.Connections;

public sealed class NamespaceTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_auth_callback_is_asked_anew_for_each_attempt()
    {
        int asked = 0;
        await using var bench = new ClientBench(auth: _ => new ValueTask<object?>(new Dictionary<string, int> { ["try"] = ++asked }));
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        Assert.Equal("""40{"try":1}""", await wire.ConnectSentAsync());
        wire.Break();
        await bench.PassAsync(s_second);

        wire = await bench.Server.NextAsync();
        Assert.Equal("""40{"try":2}""", await wire.ConnectSentAsync());
        wire.Say("""40{"sid":"id"}""");
        await connecting.Within();
    }

    [Fact]
    public async Task An_auth_callback_that_throws_fails_the_attempt_and_another_follows()
    {
        int asked = 0;
        await using var bench = new ClientBench(auth: _ => ++asked == 1 ? throw new InvalidOperationException("no token yet") : new ValueTask<object?>((object?)null));
        Task connecting = bench.Client.ConnectAsync();
        await bench.NextAsync();

        StateChange failed = await bench.NextAsync();
        Assert.Equal((ClientCloseReason.AuthFailed, s_second), (failed.Reason, failed.Delay));
        await bench.Server.NextAsync();
        await bench.PassAsync(s_second);
        await bench.Server.AcceptAsync();
        await connecting.Within();
    }

    [Fact]
    public async Task A_refusal_for_good_ends_with_its_message_and_data()
    {
        await using var bench = new ClientBench();
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        await wire.SentAsync();

        wire.Say("""44{"message":"not you","data":{"code":"token_invalid","retryAfter":5}}""");

        ConnectRefusedException refusal = await Assert.ThrowsAsync<ConnectRefusedException>(() => connecting.Within());
        Assert.Equal(("not you", "token_invalid", TimeSpan.FromMilliseconds(5)), (refusal.Message, refusal.RefusalCode, refusal.RetryAfter));
        Assert.Equal("""{"code":"token_invalid","retryAfter":5}""", Encoding.UTF8.GetString(refusal.RefusalData!.Value.Json.Span));
        Assert.Equal(ClientState.Disconnected, bench.Client.State);
        await Bounded.UntilAsync(() => wire.IsAborted, "the connection is closed");
        Assert.Equal(1, bench.Server.Attempts);
    }

    [Theory]
    [InlineData("44\"no\"", "no")]
    [InlineData("44{}", "The server refused the namespace.")]
    [InlineData("40", "The server speaks an older Socket.IO: it accepted the namespace without an id.")]
    public async Task Any_form_of_refusal_is_understood(string answer, string message)
    {
        await using var bench = new ClientBench();
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        await wire.SentAsync();

        wire.Say(answer);

        Assert.Equal(message, (await Assert.ThrowsAsync<ConnectRefusedException>(() => connecting.Within())).Message);
    }

    [Fact]
    public async Task A_refused_token_is_tried_again_only_with_a_new_one()
    {
        string[] tokens = ["old", "new", "new"];
        int asked = 0;
        await using var bench = new ClientBench(auth: _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = tokens[asked++] }));
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        Assert.Equal("""40{"token":"old"}""", await wire.ConnectSentAsync());
        wire.Say("""44{"message":"expired","data":{"code":"token_expired"}}""");
        Assert.Equal("""40{"token":"new"}""", await wire.ConnectSentAsync());
        wire.Say("""44{"message":"expired","data":{"code":"token_expired"}}""");
        await bench.PassAsync(TimeSpan.FromSeconds(2)); // the second new one waits as after any other failure

        await Assert.ThrowsAsync<ConnectRefusedException>(() => connecting.Within());
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_limit_is_asked_again_when_the_server_says()
    {
        await using var bench = new ClientBench();
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        await wire.SentAsync();
        wire.Say("""44{"message":"full","data":{"code":"server_full","retryAfter":9000}}""");

        await bench.PassAsync(TimeSpan.FromSeconds(9));

        await bench.Server.AcceptAsync();
        await connecting.Within();
    }

    [Fact]
    public async Task A_namespace_that_is_refused_for_now_asks_again_on_the_connection_that_others_use()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        ClientSocket admin = bench.Client.Of("/admin");
        Task joining = admin.ConnectAsync();
        Assert.Equal("40/admin,", await wire.ConnectSentAsync());
        wire.Say("""44/admin,{"message":"full","data":{"code":"namespace_full"}}""");

        await bench.PassAsync(s_second);

        Assert.Equal("40/admin,", await wire.ConnectSentAsync());
        wire.Say("""40/admin,{"sid":"a"}""");
        await joining.Within();
        Assert.Equal(1, bench.Server.Attempts);
        Assert.Equal(ClientState.Connected, bench.Client.State);
    }

    [Fact]
    public async Task A_policy_that_throws_ends_the_namespace_that_waits_and_no_other()
    {
        await using var bench = new ClientBench(policy: new BrokenPolicy());
        FakeWire wire = await bench.ConnectAsync();
        Task joining = bench.Client.Of("/admin").ConnectAsync();
        await wire.SentAsync();

        wire.Say("""44/admin,{"message":"full","data":{"code":"namespace_full"}}""");

        Assert.Equal("a mistake", (await Assert.ThrowsAsync<ConnectFailedException>(() => joining.Within())).Message);
        Assert.Equal((ClientState.Connected, ClientState.Disconnected), (bench.Client.State, bench.Client.Of("/admin").State));
    }

    [Fact]
    public async Task Namespaces_share_a_connection_and_nothing_else()
    {
        await using var bench = new ClientBench();
        ClientSocket admin = bench.Client.Of("admin", _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = "a" }));
        FakeWire wire = await bench.ConnectAsync();
        Task joining = admin.ConnectAsync();
        Assert.Equal("""40/admin,{"token":"a"}""", await wire.ConnectSentAsync());
        wire.Say("""40/admin,{"sid":"a"}""");
        await joining.Within();
        Assert.Same(admin, bench.Client.Of("/admin"));

        await admin.EmitAsync("x", 1);
        Assert.Equal("""42/admin,["x",1]""", await wire.SentAsync());
        await bench.Client.EmitAsync("x", 2);
        Assert.Equal("""42["x",2]""", await wire.SentAsync());
        await admin.DisconnectAsync().Within();
        Assert.Equal("41/admin,", await wire.SentAsync());
        Assert.Equal((ClientState.Disconnected, ClientState.Connected), (admin.State, bench.Client.State));
        Assert.False(wire.IsAborted);

        await bench.Client.DisconnectAsync().Within();
        Assert.Equal("41", await wire.SentAsync());
        Assert.Equal("closed", await wire.SentAsync());
        Assert.Equal(1, bench.Server.Attempts);
    }

    [Fact]
    public async Task All_namespaces_come_back_with_the_connection_and_one_that_was_left_does_not()
    {
        await using var bench = new ClientBench();
        ClientSocket left = bench.Client.Of("/left");
        ClientSocket kept = bench.Client.Of("/kept");
        FakeWire wire = await bench.ConnectAsync();
        foreach (ClientSocket socket in new[] { left, kept })
        {
            Task joining = socket.ConnectAsync();
            await wire.SentAsync();
            wire.Say($$"""40{{socket.Namespace}},{"sid":"x"}""");
            await joining.Within();
        }

        await left.DisconnectAsync().Within();
        wire.Break();
        await bench.PassAsync(s_second);
        wire = await bench.Server.NextAsync();

        Assert.Equal(["40", "40/kept,"], new[] { await wire.ConnectSentAsync(), await wire.ConnectSentAsync() }.Order());
        Assert.Equal((ClientState.Disconnected, ClientState.Reconnecting), (left.State, kept.State));
    }

    [Fact]
    public async Task A_disconnect_by_the_server_is_final()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();

        wire.Say("41");

        Assert.Equal(ClientCloseReason.ServerDisconnect, (await bench.NextAsync(ClientState.Disconnected)).Reason);
        await Bounded.UntilAsync(() => wire.IsAborted, "the connection is closed");
        bench.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, bench.Server.Attempts);
        await bench.ConnectAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_expired_token_ends_the_session_unless_there_is_a_new_one(bool isRenewed)
    {
        string token = "old";
        await using var bench = new ClientBench(auth: _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = token }));
        FakeWire wire = await bench.ConnectAsync();
        token = isRenewed ? "new" : "old";

        wire.Say("""42["$rt:auth",{"state":"expired"}]""");
        wire.Say("41");

        if (isRenewed)
        {
            Assert.Equal("""40{"token":"new"}""", await wire.ConnectSentAsync());
            wire.Say("""40{"sid":"again"}""");
            Assert.Equal(ClientCloseReason.TokenEnded, (await bench.NextAsync(ClientState.Reconnecting)).Reason);
            await bench.NextAsync(ClientState.Connected);
        }
        else
        {
            Assert.Equal(ClientCloseReason.TokenEnded, (await bench.NextAsync(ClientState.Disconnected)).Reason);
        }
    }

    [Fact]
    public async Task A_token_that_is_about_to_expire_is_refreshed_without_a_reconnect()
    {
        string token = "old";
        await using var bench = new ClientBench(auth: _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = token }));
        FakeWire wire = await bench.ConnectAsync();
        var expiring = new TaskCompletionSource<TimeSpan>();
        bench.Client.Socket.TokenExpiring += grace => expiring.TrySetResult(grace);
        token = "new";

        wire.Say("""42["$rt:auth",{"state":"expiring","graceMs":30000}]""");

        Assert.Equal(TimeSpan.FromSeconds(30), await expiring.Task.Within());
        Assert.Equal("""420["$rt:auth",{"token":"new"}]""", await wire.SentAsync());
        wire.Say("""430[{"state":"refreshed"}]""");
        ValueTask refreshing = bench.Client.RefreshAuthAsync();
        Assert.Equal("""421["$rt:auth",{"token":"new"}]""", await wire.SentAsync());
        wire.Say("""431[{"error":{"code":"refresh_too_soon","message":"later","retryAfter":700}}]""");
        EmitRefusedException refusal = await Assert.ThrowsAsync<EmitRefusedException>(() => refreshing.AsTask().Within());
        Assert.Equal(("refresh_too_soon", TimeSpan.FromMilliseconds(700)), (refusal.RefusalCode, refusal.RetryAfter));
    }

    [Fact]
    public async Task What_was_missed_is_asked_for_and_a_session_that_goes_on_says_so()
    {
        await using var bench = new ClientBench(auth: _ => new ValueTask<object?>(new Dictionary<string, string> { ["token"] = "t" }));
        var seen = new List<string>();
        bench.Client.OnAny(context =>
        {
            seen.Add(context.EventName);
            return default;
        });
        Task connecting = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        await wire.SentAsync();
        wire.Say("""40{"sid":"id","pid":"secret"}""");
        await connecting.Within();
        wire.Say("""42["a",1,"offset1"]""");
        wire.Say("""42["b",2]""");
        wire.Say("""427["c","question"]""");
        wire.Break();
        await bench.PassAsync(s_second);
        wire = await bench.Server.NextAsync();
        Assert.Equal("""40{"pid":"secret","offset":"offset1","token":"t"}""", await wire.ConnectSentAsync());
        wire.Say("""42["missed",3,"offset2"]""");
        wire.Say("""40{"sid":"id","pid":"secret"}""");
        await bench.NextAsync(ClientState.Reconnecting);
        await bench.NextAsync(ClientState.Connected);
        Assert.True(bench.Client.IsRecovered);
        await Bounded.UntilAsync(() => seen.Count == 4, "what was missed has come");
        Assert.Equal(["a", "b", "c", "missed"], seen);

        await bench.Client.DisconnectAsync().Within();
        FakeWire fresh = (await Reconnect(bench)).Wire;
        Assert.Equal("""40{"token":"t"}""", await fresh.ConnectSentAsync());
    }

    private static async Task<(Task Connecting, FakeWire Wire)> Reconnect(ClientBench bench)
    {
        Task connecting = bench.Client.ConnectAsync();
        return (connecting, await bench.Server.NextAsync());
    }

    private sealed class BrokenPolicy : Realtime.Client.Reconnecting.IReconnectPolicy
    {
        public TimeSpan? GetDelay(in Realtime.Client.Reconnecting.ReconnectArguments arguments) => throw new InvalidOperationException("a mistake");
    }
}

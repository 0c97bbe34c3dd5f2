using Realtime.Client.Reconnecting;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Tests.Connections;

public sealed class ReconnectTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_attempt_that_fails_is_repeated_after_the_delay_of_the_policy_and_not_earlier()
    {
        await using var bench = new ClientBench();
        bench.Server.Refuses = ClientCloseReason.TransportError;
        Task connecting = bench.Client.ConnectAsync();

        Assert.Equal((ClientState.Disconnected, ClientState.Connecting, 1, TimeSpan.Zero), Of(await bench.NextAsync()));
        for (int attempt = 0; attempt < 4; attempt++)
        {
            TimeSpan delay = s_second * Math.Min(4, 1 << attempt);
            Assert.Equal((ClientState.Connecting, ClientState.Connecting, attempt + 1, delay), Of(await bench.NextAsync()));
            await bench.Time.WhenWaitedForAsync(delay);
            bench.Time.Advance(delay - TimeSpan.FromMilliseconds(1));
            Assert.Equal(attempt + 1, bench.Server.Attempts);
            bench.Server.Refuses = attempt == 3 ? null : ClientCloseReason.TransportError;
            bench.Time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal((ClientState.Connecting, ClientState.Connecting, attempt + 1, TimeSpan.Zero), Of(await bench.NextAsync()));
        }

        await bench.Server.AcceptAsync();
        await connecting.Within();
        Assert.Equal((ClientState.Connecting, ClientState.Connected, 0, TimeSpan.Zero), Of(await bench.NextAsync()));
        Assert.Equal(ClientState.Connected, bench.Client.State);
    }

    [Fact]
    public async Task A_connection_that_is_lost_comes_back()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync("first");
        await bench.NextAsync(ClientState.Connected);

        wire.Break();

        StateChange lost = await bench.NextAsync();
        Assert.Equal((ClientState.Connected, ClientState.Reconnecting, 1, s_second), Of(lost));
        Assert.Equal(ClientCloseReason.TransportError, lost.Reason);
        Assert.Null(bench.Client.Id);
        await bench.PassAsync(s_second);
        Assert.Equal((ClientState.Reconnecting, ClientState.Reconnecting, 1, TimeSpan.Zero), Of(await bench.NextAsync()));
        await bench.Server.AcceptAsync(id: "second");
        Assert.Equal((ClientState.Reconnecting, ClientState.Connected, 0, TimeSpan.Zero), Of(await bench.NextAsync()));
        Assert.Equal("second", bench.Client.Id);
        Assert.False(bench.Client.IsRecovered);
    }

    [Theory]
    [InlineData("close", ClientCloseReason.TransportClose)]
    [InlineData("1", ClientCloseReason.TransportClose)]
    [InlineData("9", ClientCloseReason.ParseError)]
    [InlineData("42{}", ClientCloseReason.ParseError)]
    [InlineData("451-[\"a\",{\"_placeholder\":true,\"num\":0}]", ClientCloseReason.ParseError)]
    public async Task Whatever_ends_a_connection_has_its_reason(string message, ClientCloseReason reason)
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();

        if (message == "close")
        {
            wire.Close();
        }
        else
        {
            wire.Say(message);
            wire.Say("text where an attachment was announced");
        }

        Assert.Equal(reason, (await bench.NextAsync(ClientState.Reconnecting)).Reason);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up_after_interval_and_timeout()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();

        bench.Time.Advance(TimeSpan.FromSeconds(29.9));
        wire.Say("2");
        Assert.Equal("3", await wire.SentAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(ClientState.Connected, bench.Client.State);
        bench.Time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(ClientCloseReason.PingTimeout, (await bench.NextAsync(ClientState.Reconnecting)).Reason);
        Assert.True(wire.IsAborted);
    }

    [Fact]
    public async Task An_attempt_that_is_not_answered_ends_with_its_timeout()
    {
        await using var bench = new ClientBench(options => options.ConnectTimeout = TimeSpan.FromSeconds(7));
        bench.Server.IsSilent = true;
        Task connecting = bench.Client.ConnectAsync();
        await bench.Server.NextAsync();

        await bench.PassAsync(TimeSpan.FromSeconds(7));

        StateChange failed = await Failed(bench);
        Assert.Equal(ClientCloseReason.ConnectTimeout, failed.Reason);
        bench.Server.IsSilent = false;
        await bench.PassAsync(s_second);
        await bench.Server.AcceptAsync();
        await connecting.Within();
    }

    [Fact]
    public async Task A_namespace_that_is_not_answered_fails_the_attempt()
    {
        await using var bench = new ClientBench(options => options.ConnectTimeout = TimeSpan.FromSeconds(7));
        _ = bench.Client.ConnectAsync();
        FakeWire wire = await bench.Server.NextAsync();
        Assert.Equal("40", await wire.ConnectSentAsync());

        await bench.PassAsync(TimeSpan.FromSeconds(7));

        Assert.Equal(ClientCloseReason.ConnectTimeout, (await Failed(bench)).Reason);
        Assert.True(wire.IsAborted);
    }

    [Fact]
    public async Task A_hint_ends_the_wait()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        wire.Break();
        await bench.NextAsync(ClientState.Reconnecting);
        await bench.Time.WhenWaitedForAsync(s_second);

        bench.Client.RetryNow();

        await bench.Server.AcceptAsync();
        await bench.NextAsync(ClientState.Connected);
    }

    [Fact]
    public async Task A_policy_that_has_had_enough_ends_it_and_whoever_waits_hears_of_it()
    {
        await using var bench = new ClientBench(policy: new NoReconnect());
        bench.Server.Refuses = ClientCloseReason.TransportError;

        ConnectFailedException failure = await Assert.ThrowsAsync<ConnectFailedException>(() => bench.Client.ConnectAsync().Within());

        Assert.Equal(ClientCloseReason.TransportError, failure.Reason);
        Assert.Equal(ClientState.Disconnected, bench.Client.State);
        bench.Server.Refuses = null;
        await bench.ConnectAsync();
    }

    [Fact]
    public async Task A_server_that_forbids_the_handshake_is_not_asked_again()
    {
        await using var bench = new ClientBench();
        bench.Server.Refuses = ClientCloseReason.Forbidden;

        Assert.Equal(ClientCloseReason.Forbidden, (await Assert.ThrowsAsync<ConnectFailedException>(() => bench.Client.ConnectAsync().Within())).Reason);
        Assert.Equal(1, bench.Server.Attempts);
    }

    [Fact]
    public async Task The_policy_is_told_what_happened()
    {
        var policy = new ClientBench.Delays(s_second);
        await using var bench = new ClientBench(policy: policy);
        FakeWire wire = await bench.ConnectAsync();
        bench.Server.Refuses = ClientCloseReason.TransportError;
        wire.Close();
        await bench.PassAsync(s_second);
        await bench.PassAsync(s_second);
        await Bounded.UntilAsync(() => policy.Asked.Count == 3, "it was asked three times");

        Assert.Equal([(0, ClientCloseReason.TransportClose, TimeSpan.Zero), (1, ClientCloseReason.TransportError, s_second), (2, ClientCloseReason.TransportError, 2 * s_second)],
            policy.Asked.Select(asked => (asked.Attempt, asked.Reason, asked.Elapsed)));
    }

    [Fact]
    public async Task A_success_begins_the_series_anew()
    {
        await using var bench = new ClientBench();
        FakeWire wire = await bench.ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            wire.Break();
            Assert.Equal(s_second, (await bench.NextAsync(ClientState.Reconnecting)).Delay);
            await bench.PassAsync(s_second);
            wire = await bench.Server.AcceptAsync();
            await bench.NextAsync(ClientState.Connected);
        }
    }

    [Fact]
    public async Task A_disconnect_ends_whatever_is_on_its_way()
    {
        await using var bench = new ClientBench();
        bench.Server.Refuses = ClientCloseReason.TransportError;
        Task connecting = bench.Client.ConnectAsync();
        await bench.Time.WhenWaitedForAsync(s_second);

        await bench.Client.DisconnectAsync().Within();

        await Assert.ThrowsAsync<ConnectFailedException>(() => connecting.Within());
        Assert.Equal(ClientState.Disconnected, bench.Client.State);
        bench.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, bench.Server.Attempts);
        bench.Server.Refuses = null;
        await bench.ConnectAsync();
    }

    [Fact]
    public async Task A_disconnect_does_not_wait_for_what_somebody_connects_meanwhile()
    {
        await using var bench = new ClientBench();
        bench.Server.Refuses = ClientCloseReason.TransportError;
        Task first = bench.Client.ConnectAsync();
        await bench.Time.WhenWaitedForAsync(s_second);

        Task disconnecting = bench.Client.DisconnectAsync();
        Task second = bench.Client.ConnectAsync();

        await disconnecting.Within();
        await Assert.ThrowsAsync<ConnectFailedException>(() => first.Within());
        Assert.Equal(ClientState.Connecting, bench.Client.State);
        bench.Server.Refuses = null;
        bench.Client.RetryNow();
        await Bounded.UntilAsync(() => { bench.Time.Advance(s_second); return bench.Server.Attempts > 1; }, "it is tried again");
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Who_stops_waiting_does_not_stop_the_client()
    {
        await using var bench = new ClientBench();
        using var patience = new CancellationTokenSource();
        Task connecting = bench.Client.ConnectAsync(patience.Token);
        FakeWire wire = await bench.Server.NextAsync();
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);

        wire.Say("""40{"sid":"late"}""");

        await bench.NextAsync(ClientState.Connected);
        Assert.Equal("late", bench.Client.Id);
    }

    private static (ClientState Previous, ClientState Current, int Attempt, TimeSpan Delay) Of(StateChange change) => (change.Previous, change.Current, change.Attempt, change.Delay);

    private static async Task<StateChange> Failed(ClientBench bench)
    {
        StateChange change;
        do
        {
            change = await bench.NextAsync();
        }
        while (change.Reason is null);
        return change;
    }
}

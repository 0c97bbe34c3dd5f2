using Realtime.Core.Connections;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

/// <summary>The heartbeat as a client sees it, on virtual time.</summary>
public sealed class ConnectionHeartbeatTests
{
    [Theory]
    [InlineData(TransportNames.Polling)]
    [InlineData(TransportNames.WebSocket)]
    public void A_silent_client_is_pinged_at_25_and_50_and_cut_at_55(string transport)
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect(transport);

        engine.Time.Pass(24.9);
        Assert.Empty(client.Take());
        engine.Time.Pass(0.1);
        Assert.Equal(["2"], client.Take());
        engine.Time.Pass(24.9);
        Assert.Empty(client.Take());
        engine.Time.Pass(0.1);
        Assert.Equal(["2"], client.Take());
        engine.Time.Pass(4.9);
        Assert.Equal(ConnectionState.Open, client.Connection.State);
        engine.Time.Pass(0.1);
        Assert.Equal(["closed: ping timeout"], engine.Seen);
        Assert.True(client.HasEnded);
        Assert.Equal(0, engine.Engine.Count);
    }

    [Theory]
    [InlineData(TransportNames.Polling)]
    [InlineData(TransportNames.WebSocket)]
    public void In_Nodes_way_a_silent_client_is_cut_at_45(string transport)
    {
        using var engine = new TestEngine(options =>
        {
            options.Heartbeat.Timeout = TimeSpan.FromSeconds(20);
            options.Heartbeat.MaxMissed = 1;
        });
        TestClient client = engine.Connect(transport);

        engine.Time.Pass(44.9);
        Assert.Equal(["2"], client.Take());
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(0.1);
        Assert.Equal(["closed: ping timeout"], engine.Seen);
    }

    [Theory]
    [InlineData(TransportNames.Polling)]
    [InlineData(TransportNames.WebSocket)]
    public void A_client_that_answers_lives_for_ever_and_gets_no_more_pings_than_that(string transport)
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect(transport);
        client.Reacts = line =>
        {
            if (line == "2")
            {
                client.Send("3");
            }
        };

        engine.Time.Pass(1000);

        Assert.Equal(40, client.Take().Length);
        Assert.True(client.Connection.IsOpen);
    }

    [Fact]
    public void A_pong_after_one_miss_clears_it()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();

        engine.Time.Pass(52); // missed one; the second ping is out
        client.Send("3");
        engine.Time.Pass(24.9);
        Assert.Equal(["2", "2"], client.Take());
        engine.Time.Pass(5.2); // 82.1: the ping of 77 was missed, but it is the first miss again
        Assert.Equal(["2"], client.Take());
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(24.8);
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(0.2); // 107.1: two in a row
        Assert.Equal(["closed: ping timeout"], engine.Seen);
    }

    [Fact]
    public void Traffic_is_a_sign_of_life_once_for_each_ping()
    {
        using var engine = new TestEngine(options =>
        {
            options.Heartbeat.Timeout = TimeSpan.FromSeconds(20);
            options.Heartbeat.MaxMissed = 1;
        });
        TestClient client = engine.Connect();

        engine.Time.Pass(44);
        client.Send("4x");
        engine.Time.Pass(10);
        client.Send("4y");
        engine.Time.Pass(9.9);
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(0.2);
        Assert.Equal(["x", "y", "closed: ping timeout"], engine.Seen);
    }

    [Fact]
    public async Task A_client_that_we_do_not_read_is_not_cut()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.Handles = (_, text) => text == "slow" ? new ValueTask(handled.Task) : default;

        engine.Time.Pass(25);
        client.Send("4slow", "3", "4next");
        Assert.True(client.Connection.IsReadingSuspended);
        engine.Time.Pass(600);
        Assert.True(client.Connection.IsOpen);

        handled.SetResult();
        await Patience.UntilAsync(() => engine.Seen.Contains("next"));
        Assert.False(client.Connection.IsReadingSuspended);
        client.Take();
        engine.Time.Pass(24.9);
        Assert.Empty(client.Take()); // the pong that lay unread has counted
        engine.Time.Pass(30.1);
        Assert.Equal(["slow", "next", "closed: ping timeout"], engine.Seen);
    }

    [Fact]
    public void With_nobody_polling_the_ping_waits_and_the_timeout_runs()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect(TransportNames.Polling);
        client.PlayPolling();

        engine.Time.Pass(54.9);
        Assert.Empty(client.Lines);
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(0.1);
        Assert.Equal(["closed: ping timeout"], engine.Seen);
    }

    [Fact]
    public void A_client_that_ends_while_it_is_pinged_leaves_no_deadline_behind()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Reacts = _ => client.Peer.Close();

        engine.Time.Pass(25);

        Assert.Equal(["closed: transport close"], engine.Seen);
        engine.Time.Pass(1);
        Assert.Equal(0, engine.Engine.Wheel.Count);
    }

    [Fact]
    public void Who_does_not_join_in_time_is_closed()
    {
        using var engine = new TestEngine();
        engine.Opens = connection => connection.BeginGracePeriod(TimeSpan.FromSeconds(45));
        TestClient client = engine.Connect();
        AnswerPings(client);

        engine.Time.Pass(44.9);
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(0.2);
        Assert.Equal(["closed: connect timeout"], engine.Seen);
        Assert.True(client.HasEnded);
        Assert.Equal(0, engine.Engine.Wheel.Count);
    }

    [Fact]
    public void A_grace_period_shorter_than_the_heartbeat_is_met_in_time()
    {
        using var engine = new TestEngine();
        engine.Opens = connection => connection.BeginGracePeriod(TimeSpan.FromSeconds(2));
        TestClient client = engine.Connect();

        engine.Time.Pass(1.9);
        Assert.True(client.Connection.IsOpen);
        engine.Time.Pass(0.1);
        Assert.Equal(["closed: connect timeout"], engine.Seen);
    }

    [Fact]
    public void Who_joined_once_is_never_closed_for_it_again()
    {
        using var engine = new TestEngine();
        engine.Opens = connection => connection.BeginGracePeriod(TimeSpan.FromSeconds(45));
        TestClient client = engine.Connect();
        AnswerPings(client);
        engine.Time.Pass(30);
        client.Connection.EndGracePeriod();

        engine.Time.Pass(500);
        Assert.True(client.Connection.IsOpen);
    }

    internal static void AnswerPings(TestClient client) => client.Reacts = line =>
    {
        if (line == "2")
        {
            client.Send("3");
        }
    };
}

using Realtime.Core.Connections;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

public sealed class ConnectionCloseTests
{
    [Fact]
    public void A_client_that_goes_is_a_transport_close()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Peer.Close();

        Assert.Equal(["closed: transport close"], engine.Seen);
        Assert.Equal(ConnectionState.Closed, client.Connection.State);
        Assert.Equal(CloseReason.TransportClose, client.Connection.CloseReason);
        Assert.Equal(0, engine.Engine.Count);
        Assert.Equal(0, engine.Engine.Wheel.Count);
    }

    [Fact]
    public void A_transport_that_breaks_is_a_transport_error()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Peer.Close(new TransportException("broken"));

        Assert.Equal(["closed: transport error"], engine.Seen);
    }

    [Theory]
    [InlineData("7", "parse error")]
    [InlineData("", "parse error")]
    [InlineData("b!", "parse error")]
    [InlineData("2", "transport error")]
    [InlineData("1", "transport close")]
    public void What_a_client_must_not_send_closes_with_its_reason(string message, string reason)
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Send("4before", message, "4behind");

        Assert.Equal(["before", $"closed: {reason}"], engine.Seen);
        Assert.True(client.HasEnded);
        Assert.Equal(0, engine.Engine.Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("5")]
    [InlineData("6")]
    public void Frames_that_mean_nothing_now_are_ignored(string message)
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Send(message, "4behind");

        Assert.Equal(["behind"], engine.Seen);
        Assert.True(client.Connection.IsOpen);
    }

    [Fact]
    public void The_end_is_told_once()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Connection.Close(CloseReason.ForcedClose);
        client.Connection.Close(CloseReason.ServerShuttingDown);
        client.Peer.Close();

        Assert.Equal(["closed: forced close"], engine.Seen);
        Assert.Equal(CloseReason.ForcedClose, client.Connection.CloseReason);
    }

    [Fact]
    public void An_orderly_close_waits_until_the_client_has_fetched_what_was_sent_before()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect(TransportNames.Polling);
        client.PlayPolling();
        client.Connection.Send(TestEngine.Message("one"));
        client.Connection.Send(TestEngine.Message("two"));

        client.Connection.Close(CloseReason.ForcedClose);
        Assert.Equal(["closed: forced close"], engine.Seen);
        Assert.Equal(ConnectionState.Closing, client.Connection.State);
        Assert.False(client.Connection.Send(TestEngine.Message("late")));

        client.Poll();
        Assert.Equal(["4one", "4two", "1"], client.Lines);
        Assert.True(client.HasEnded);
        Assert.Equal(ConnectionState.Closed, client.Connection.State);
        Assert.Equal(0, engine.Engine.Wheel.Count);
    }

    [Fact]
    public void An_orderly_close_gives_up_at_the_close_timeout()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect(TransportNames.Polling);
        client.PlayPolling();
        client.Connection.Send(TestEngine.Message("never fetched"));
        client.Connection.Close(CloseReason.ForcedClose);

        engine.Time.Pass(29.9);
        Assert.Equal(1, engine.Engine.Count);
        engine.Time.Pass(0.2);
        Assert.Equal(0, engine.Engine.Count);
        Assert.True(client.HasEnded);
        Assert.Equal(ConnectionState.Closed, client.Connection.State);
        Assert.Equal(["closed: forced close"], engine.Seen);
        Assert.Equal(0, client.Connection.Outbound.BufferedBytes);
        engine.Time.Pass(1);
        Assert.Equal(0, engine.Engine.Wheel.Count);
    }

    [Fact]
    public void A_close_that_discards_drops_what_waits_and_closes_at_once()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        client.Peer.Pause();
        client.Connection.Send(TestEngine.Message("dropped"));
        client.Connection.Close(CloseReason.PingTimeout, discard: true);

        Assert.True(client.HasEnded);
        Assert.Empty(client.Lines);
        Assert.Equal(ConnectionState.Closed, client.Connection.State);
    }

    [Fact]
    public void Closing_while_a_message_is_handled_sends_the_answer_first()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        engine.Handles = (connection, _) =>
        {
            connection.Send(TestEngine.Message("bye"));
            connection.Close(CloseReason.ForcedServerClose);
            return default;
        };
        client.Send("4go", "4ignored");

        Assert.Equal(["4bye"], client.Lines);
        Assert.True(client.HasEnded);
        Assert.Equal(["go", "closed: forced server close"], engine.Seen);
    }

    [Fact]
    public void A_layer_above_that_throws_at_once_ends_its_connection_and_nothing_else()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        engine.Handles = (_, _) => throw new InvalidOperationException("broken");

        client.Send("4go");

        Assert.Equal(["go", "closed: forced close"], engine.Seen);
        Assert.True(client.HasEnded);
    }

    [Fact]
    public async Task A_layer_above_that_fails_later_ends_its_connection()
    {
        using var engine = new TestEngine();
        TestClient client = engine.Connect();
        engine.Handles = async (_, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("broken");
        };

        client.Send("4go");
        await client.Peer.Ended.Within();

        Assert.Equal(["go", "closed: forced close"], engine.Seen);
    }

    [Fact]
    public void A_server_that_stops_closes_everybody_and_accepts_nobody()
    {
        using var engine = new TestEngine();
        TestClient[] clients = [engine.Connect(), engine.Connect(TransportNames.Polling)];
        engine.Engine.Stop();

        Assert.Equal(["closed: server shutting down", "closed: server shutting down"], engine.Seen);
        Assert.All(clients, client => Assert.True(client.HasEnded));
        Assert.Equal(0, engine.Engine.Count);
        Assert.Throws<InvalidOperationException>(() => engine.Connect());
    }

    [Fact]
    public void An_id_in_use_is_refused()
    {
        using var engine = new TestEngine();
        engine.Engine.Accept(MemoryTransport.CreatePair().Transport, new BasicHandshake(), "same");
        Assert.Throws<InvalidOperationException>(() => engine.Engine.Accept(MemoryTransport.CreatePair().Transport, new BasicHandshake(), "same"));
        Assert.NotNull(engine.Engine.Find("same"));
        Assert.Null(engine.Engine.Find("other"));
    }
}

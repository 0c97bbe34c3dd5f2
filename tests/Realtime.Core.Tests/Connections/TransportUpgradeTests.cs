using System.Reflection;
using Realtime.Core.Connections;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

public sealed class TransportUpgradeTests : IDisposable
{
    private static readonly FieldInfo s_sending = typeof(OutboundQueue).GetField("_sending", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private readonly TestEngine _engine = new();
    private readonly TestClient _polling;
    private readonly TestClient _socket = new();

    public TransportUpgradeTests()
    {
        _polling = _engine.Connect(TransportNames.Polling);
        _polling.PlayPolling();
    }

    public enum Cut
    {
        BeforeProbe,
        AfterProbe,
        AfterAnswer,
        AtUpgrade,
        Never,
    }

    private Connection Connection => _polling.Connection;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void Probe_answer_and_confirmation_move_the_connection()
    {
        _polling.Poll();
        BeginUpgrade();
        Assert.Equal(ConnectionState.Upgrading, Connection.State);
        _socket.Send("2probe");
        Assert.Equal(["3probe"], _socket.Take());
        _engine.Time.Pass(0.1);
        Assert.Equal(["6"], _polling.Take());
        Connection.Send(TestEngine.Message("waited"));
        _socket.Send("5", "4hello");

        Assert.Equal(ConnectionState.Open, Connection.State);
        Assert.Same(_socket.Peer.Transport, Connection.Transport);
        Assert.Equal(["4waited"], _socket.Take());
        Assert.Equal(["hello"], _engine.Seen);
        Assert.True(_polling.HasEnded);
        Assert.Empty(_polling.Take());
        Connection.Send(TestEngine.Message("now here"));
        Assert.Equal(["4now here"], _socket.Take());
    }

    [Fact]
    public void A_confirmation_without_a_probe_is_accepted()
    {
        BeginUpgrade();
        _socket.Send("5");

        Assert.Same(_socket.Peer.Transport, Connection.Transport);
    }

    [Fact]
    public void Every_poll_is_released_while_the_client_upgrades()
    {
        BeginUpgrade();
        _polling.Poll();
        _engine.Time.Pass(1);
        Assert.Empty(_polling.Take()); // nothing was probed yet
        _socket.Send("2probe");
        for (int i = 0; i < 5; i++)
        {
            _engine.Time.Pass(0.1);
            Assert.Equal(["6"], _polling.Take());
            _polling.Poll();
        }
    }

    [Fact]
    public void A_noop_is_never_written_to_the_new_transport()
    {
        BeginUpgrade();
        _socket.Send("2probe");
        _polling.Poll(); // still pending when the client confirms
        _socket.Send("5");
        _engine.Time.Pass(1);

        Assert.Equal(["3probe"], _socket.Lines);
        Assert.Equal(["6"], _polling.Lines);
    }

    [Fact]
    public void Messages_flow_on_the_old_transport_in_both_directions_meanwhile()
    {
        BeginUpgrade();
        _socket.Send("2probe");
        _polling.Send("4up");
        _polling.Poll();
        Connection.Send(TestEngine.Message("down"));

        Assert.Equal(["up"], _engine.Seen);
        Assert.Equal(["4down"], _polling.Lines);
    }

    [Fact]
    public void A_second_upgrade_is_refused_while_one_is_on_its_way_and_after_it()
    {
        BeginUpgrade();
        Assert.False(Connection.TryUpgrade(new TestClient().Peer.Transport));
        _socket.Send("2probe", "5");
        Assert.False(Connection.TryUpgrade(new TestClient().Peer.Transport));

        Assert.Same(_socket.Peer.Transport, Connection.Transport);
        Assert.True(Connection.IsOpen);
    }

    [Fact]
    public void A_connection_that_began_on_a_websocket_is_not_upgraded()
    {
        TestClient direct = _engine.Connect();
        Assert.False(direct.Connection.TryUpgrade(_socket.Peer.Transport));
        Assert.Equal(ConnectionState.Open, direct.Connection.State);
    }

    [Theory]
    [InlineData("4early")]
    [InlineData("2")]
    [InlineData("2prob")]
    [InlineData("3probe")]
    [InlineData("x")]
    public void Anything_else_on_the_new_transport_closes_only_that(string message)
    {
        BeginUpgrade();
        _socket.Send(message);

        Assert.True(_socket.HasEnded);
        AssertPollingGoesOn();
    }

    [Fact]
    public void A_new_transport_that_is_lost_leaves_the_connection_alone_and_another_may_be_tried()
    {
        BeginUpgrade();
        _socket.Send("2probe");
        _socket.Peer.Close(new TransportException("lost"));
        AssertPollingGoesOn();

        var another = new TestClient();
        Assert.True(Connection.TryUpgrade(another.Peer.Transport));
        another.Peer.Start(Connection);
        another.Send("2probe", "5");
        Assert.Same(another.Peer.Transport, Connection.Transport);
    }

    [Fact]
    public void An_upgrade_that_takes_too_long_is_given_up()
    {
        BeginUpgrade();
        _socket.Send("2probe");
        _engine.Time.Pass(9.9);
        Assert.Equal(ConnectionState.Upgrading, Connection.State);
        _engine.Time.Pass(0.2);

        Assert.True(_socket.HasEnded);
        AssertPollingGoesOn();
        Assert.Equal(1, _engine.Engine.Wheel.Count); // the heartbeat
    }

    [Fact]
    public void Closing_with_a_poll_pending_ends_the_upgrade_too()
    {
        BeginUpgrade();
        _polling.Poll();
        Connection.Close(CloseReason.ForcedClose);

        Assert.True(_socket.HasEnded);
        Assert.Equal(["1"], _polling.Lines);
        Assert.Equal(["closed: forced close"], _engine.Seen);
        Assert.False(Connection.TryUpgrade(new TestClient().Peer.Transport));
    }

    [Fact]
    public void Closing_without_what_was_sent_ends_the_upgrade_at_once()
    {
        BeginUpgrade();
        Connection.Close(CloseReason.PingTimeout, discard: true);

        Assert.True(_socket.HasEnded);
        Assert.Equal(0, _engine.Engine.Count);
    }

    [Fact]
    public void What_was_sent_before_a_close_reaches_a_client_that_was_about_to_confirm()
    {
        BeginUpgrade();
        _socket.Send("2probe");
        Connection.Send(TestEngine.Message("last words"));
        Connection.Close(CloseReason.ForcedServerClose);
        Assert.False(_socket.HasEnded);
        _socket.Send("5");

        Assert.Equal(["3probe", "4last words"], _socket.Lines);
        Assert.True(_socket.HasEnded);
        Assert.Equal(["closed: forced server close"], _engine.Seen);
        AssertEnded();
    }

    [Fact]
    public void A_client_that_confirms_when_everything_has_gone_out_already_is_closed_on_the_new_transport()
    {
        var polling = new RecordingTransport { Name = TransportNames.Polling, CanSend = false };
        Connection connection = polling.Accept(_engine.Engine);
        Assert.True(connection.TryUpgrade(_socket.Peer.Transport));
        _socket.Peer.Start(connection);
        polling.CanSend = true;
        connection.OnWritable(polling);
        connection.Close(CloseReason.ForcedServerClose);
        Assert.True(polling.IsClosed); // which its client learns only with its next poll, and there will be none
        _socket.Send("5");

        Assert.True(_socket.HasEnded);
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    [Fact]
    public void A_client_that_never_confirms_a_closing_connection_is_cut_in_time()
    {
        BeginUpgrade();
        _socket.Send("2probe");
        Connection.Send(TestEngine.Message("never fetched"));
        Connection.Close(CloseReason.ForcedServerClose);
        _engine.Time.Pass(_engine.Engine.Options.UpgradeTimeout.TotalSeconds + _engine.Engine.Options.CloseTimeout.TotalSeconds + 1);

        Assert.True(_socket.HasEnded);
        AssertEnded();
    }

    [Fact]
    public async Task The_old_transport_is_not_ended_under_a_sender_that_is_inside_it()
    {
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var polling = new RecordingTransport { Name = TransportNames.Polling };
        Connection connection = polling.Accept(_engine.Engine);
        polling.Sending = () =>
        {
            inside.Release();
            goOn.Wait(Patience.Limit);
        };
        Assert.True(connection.TryUpgrade(_socket.Peer.Transport));
        _socket.Peer.Start(connection);
        Task sending = Task.Run(() => connection.Send(TestEngine.Message("on its way")));
        await inside.WaitAsync().Within();
        _socket.Send("5"); // against the rules, with a poll pending
        Assert.False(polling.IsClosed);
        goOn.Release();
        await sending.Within();

        Assert.True(polling.IsClosed);
        Assert.Equal(["4on its way"], polling.Writes);
        connection.Send(TestEngine.Message("next"));
        Assert.Equal(["4next"], _socket.Take());
    }

    [Fact]
    public void Losing_the_old_transport_during_an_upgrade_ends_everything()
    {
        BeginUpgrade();
        _polling.Peer.Close();

        Assert.True(_socket.HasEnded);
        Assert.Equal(["closed: transport close"], _engine.Seen);
        Assert.Equal(0, _engine.Engine.Count);
        _engine.Time.Pass(1);
        Assert.Equal(0, _engine.Engine.Wheel.Count);
    }

    [Fact]
    public void A_closing_connection_is_not_upgraded()
    {
        Connection.Send(TestEngine.Message("waits"));
        Connection.Close(CloseReason.ForcedClose);

        Assert.False(Connection.TryUpgrade(_socket.Peer.Transport));
        _polling.Poll();
        Assert.Equal(["4waits", "1"], _polling.Lines);
    }

    [Theory]
    [InlineData(Cut.BeforeProbe)]
    [InlineData(Cut.AfterProbe)]
    [InlineData(Cut.AfterAnswer)]
    [InlineData(Cut.AtUpgrade)]
    [InlineData(Cut.Never)]
    public void A_thousand_messages_each_way_arrive_in_order_wherever_the_upgrade_is_cut(Cut cut)
    {
        TestClient active = _polling;
        int sent = 0;

        Talk(250);
        BeginUpgrade();
        Talk(250);
        CutIf(Cut.BeforeProbe);
        _socket.Send("2probe");
        CutIf(Cut.AfterProbe);
        Talk(250);
        _engine.Time.Pass(0.1);
        CutIf(Cut.AfterAnswer);
        if (!_socket.HasEnded)
        {
            _socket.Send("5");
            active = _socket;
            CutIf(Cut.AtUpgrade);
        }

        Talk(250);
        _polling.Poll();

        string[] down = [.. _polling.Lines.Concat(_socket.Lines).Where(line => line.StartsWith('4')).Select(line => line[1..])];
        string[] up = [.. _engine.Seen.Where(text => !text.StartsWith("closed", StringComparison.Ordinal))];
        if (cut == Cut.AtUpgrade)
        {
            Assert.Equal(ConnectionState.Closed, Connection.State);
            Assert.Equal(Numbers(down.Length), down);
            Assert.Equal(Numbers(750), up);
        }
        else
        {
            Assert.True(Connection.IsOpen);
            Assert.Equal(Numbers(1000), down);
            Assert.Equal(Numbers(1000), up);
            Assert.DoesNotContain("6", _socket.Lines);
        }

        void CutIf(Cut here)
        {
            if (cut == here)
            {
                _socket.Peer.Close(new TransportException("cut"));
            }
        }

        void Talk(int count)
        {
            for (int i = 0; i < count; i++)
            {
                active.Send($"4{sent}");
                Connection.Send(TestEngine.Message($"{sent}"));
                sent++;
                if (active == _polling && i % 3 == 0)
                {
                    _polling.Poll();
                }
            }
        }
    }

    [Fact]
    public async Task A_thousand_messages_arrive_in_order_while_another_thread_sends_through_the_upgrade()
    {
        for (int round = 0; round < 20; round++)
        {
            using var engine = new TestEngine();
            TestClient polling = engine.Connect(TransportNames.Polling);
            var socket = new TestClient();
            bool confirming = false;
            polling.PlayPolling();
            polling.Reacts = _ =>
            {
                if (!Volatile.Read(ref confirming))
                {
                    polling.Poll();
                }
            };
            polling.Poll();
            var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task sender = Task.Run(() =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    polling.Connection.Send(TestEngine.Message($"{i}"));
                    if (i == 300)
                    {
                        halfway.SetResult();
                    }
                }
            });
            await halfway.Task.Within();
            Assert.True(polling.Connection.TryUpgrade(socket.Peer.Transport));
            socket.Peer.Start(polling.Connection);
            socket.Send("2probe");
            Volatile.Write(ref confirming, true);
            await Patience.UntilAsync(() => !polling.Peer.Transport.CanSend || sender.IsCompleted);
            engine.Time.Pass(0.1); // the noop, if the sender has left the poll pending

            // A real client has the whole answer to its poll before it confirms; in memory an answer comes message by message.
            await Patience.UntilAsync(() => !(bool)s_sending.GetValue(polling.Connection.Outbound)!);
            socket.Send("5");
            await sender.Within();

            string[] down = [.. polling.Lines.Concat(socket.Lines).Where(line => line.StartsWith('4')).Select(line => line[1..])];
            Assert.Equal(Numbers(1000), down);
            Assert.DoesNotContain("6", socket.Lines);
        }
    }

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => $"{i}")];

    private void BeginUpgrade()
    {
        Assert.True(Connection.TryUpgrade(_socket.Peer.Transport));
        _socket.Peer.Start(Connection);
    }

    private void AssertEnded()
    {
        Assert.Equal(ConnectionState.Closed, Connection.State);
        Assert.Equal(0, _engine.Engine.Count);
        _engine.Time.Pass(1);
        Assert.Equal(0, _engine.Engine.Wheel.Count);
    }

    private void AssertPollingGoesOn()
    {
        Assert.Equal(ConnectionState.Open, Connection.State);
        Assert.Same(_polling.Peer.Transport, Connection.Transport);
        _polling.Send("4still here");
        Assert.Contains("still here", _engine.Seen);
        _polling.Take();
        _polling.Poll();
        Connection.Send(TestEngine.Message("answer"));
        Assert.Contains("4answer", _polling.Lines.Concat(_polling.Take()));
    }
}

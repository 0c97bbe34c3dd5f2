using System.Reflection;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Connections;

public sealed class OutboundQueueTests : IDisposable
{
    private readonly TestEngine _engine = new(options => options.MaxBufferedBytes = 1000);

    public void Dispose() => _engine.Dispose();

    [Fact]
    public void What_can_go_out_goes_out_on_the_sending_thread()
    {
        TestClient client = _engine.Connect();

        Assert.True(client.Connection.Send(TestEngine.Message("a")));

        Assert.Equal(["4a"], client.Lines);
        Assert.True(client.Connection.Outbound.IsWritable);
        Assert.Equal(0, client.Connection.Outbound.BufferedBytes);
    }

    [Fact]
    public void What_waits_is_counted_in_bytes_and_goes_out_in_order()
    {
        TestClient client = _engine.Connect();
        OutboundQueue queue = client.Connection.Outbound;
        client.Peer.Pause();
        EncodedPacket[] packets = [TestEngine.Message("a"), TestEngine.Message("bb"), TestEngine.Message(new string('c', 200))];

        foreach (EncodedPacket packet in packets)
        {
            Assert.True(queue.Send(packet));
        }

        Assert.Equal(packets.Sum(packet => packet.Length), queue.BufferedBytes);
        Assert.False(queue.IsWritable);
        Assert.Empty(client.Lines);
        client.Peer.Resume();
        Assert.Equal(["4a", "4bb", "4" + new string('c', 200)], client.Lines);
        Assert.Equal(0, queue.BufferedBytes);
        Assert.True(queue.IsWritable);
    }

    [Fact]
    public void Bytes_that_the_transport_still_has_count_too()
    {
        var transport = new RecordingTransport();
        Connection connection = transport.Accept(_engine.Engine);
        transport.CanSend = false;
        transport.UnsentBytes = 700;
        Assert.True(connection.Send(TestEngine.Message(new string('x', 200))));
        Assert.Equal(700 + 205, connection.Outbound.BufferedBytes); // 201 characters behind a header of 4
        Assert.False(connection.Send(TestEngine.Message(new string('x', 200))));
    }

    [Fact]
    public void While_it_waits_a_packet_is_owned_and_afterwards_given_back()
    {
        TestClient client = _engine.Connect();
        EncodedPacket sentAtOnce = Pooled("a");
        client.Connection.Send(sentAtOnce);
        sentAtOnce.Release();
        Assert.Throws<ObjectDisposedException>(() => sentAtOnce.WebSocketForm);

        client.Peer.Pause();
        EncodedPacket waiting = Pooled("b");
        client.Connection.Send(waiting);
        waiting.Release();
        Assert.NotEqual(0, waiting.WebSocketForm.Length);
        client.Peer.Resume();
        Assert.Throws<ObjectDisposedException>(() => waiting.WebSocketForm);

        client.Peer.Pause();
        EncodedPacket dropped = Pooled("c");
        client.Connection.Send(dropped);
        dropped.Release();
        client.Peer.Close();
        Assert.Throws<ObjectDisposedException>(() => dropped.WebSocketForm);
    }

    [Fact]
    public void An_idle_queue_holds_no_memory()
    {
        TestClient client = _engine.Connect();
        Assert.Null(WaitingIn(client));
        client.Peer.Pause();
        client.Connection.Send(TestEngine.Message("a"));
        Assert.NotNull(WaitingIn(client));
        client.Peer.Resume();
        Assert.Null(WaitingIn(client));
    }

    private static object? WaitingIn(TestClient client)
    {
        var buffer = (OutboundBuffer)typeof(OutboundQueue).GetField("_buffer", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(client.Connection.Outbound)!;
        return typeof(WaitingPackets).GetField("_items", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(buffer.Waiting);
    }

    [Fact]
    public void A_volatile_packet_is_sent_at_once_or_dropped()
    {
        TestClient client = _engine.Connect();
        OutboundQueue queue = client.Connection.Outbound;
        Assert.True(queue.SendVolatile(TestEngine.Message("a")));
        client.Peer.Pause();
        Assert.False(queue.SendVolatile(TestEngine.Message("b")));
        queue.Send(TestEngine.Message("c"));
        Assert.False(queue.SendVolatile(TestEngine.Message("d")));
        client.Peer.Resume();
        Assert.True(queue.SendVolatile(TestEngine.Message("e")));

        Assert.Equal(["4a", "4c", "4e"], client.Lines);
    }

    [Fact]
    public void A_volatile_packet_behind_another_of_the_same_batch_is_dropped()
    {
        TestClient client = _engine.Connect();
        FlushScope scope = FlushScope.Enter();
        client.Connection.Send(TestEngine.Message("a"));
        Assert.False(client.Connection.Outbound.SendVolatile(TestEngine.Message("b")));
        scope.Exit();

        Assert.Equal(["4a"], client.Lines);
    }

    [Fact]
    public async Task A_client_that_reads_too_slowly_is_closed_with_the_reason()
    {
        TestClient client = _engine.Connect();
        client.Peer.Pause();
        EncodedPacket hundred = TestEngine.Message(new string('x', 97)); // 100 bytes with the header

        for (int i = 0; i < 10; i++)
        {
            Assert.True(client.Connection.Send(hundred));
        }

        Assert.True(client.Connection.IsOpen);
        Assert.False(client.Connection.Send(hundred));
        Assert.False(client.Connection.Send(TestEngine.Message("not even a small one")));
        await Patience.UntilAsync(() => client.Connection.State == ConnectionState.Closed);

        Assert.Equal(["closed: outbound buffer full"], _engine.Seen);
        Assert.Equal(CloseReason.OutboundOverflow, client.Connection.CloseReason);
        Assert.True(client.HasEnded);
        Assert.Empty(client.Lines);
        Assert.Equal(0, client.Connection.Outbound.BufferedBytes);
    }

    [Fact]
    public async Task One_oversized_message_passes_when_nothing_waits()
    {
        TestClient client = _engine.Connect();
        string large = new('x', 5000);
        client.Peer.Pause();
        Assert.True(client.Connection.Send(TestEngine.Message(large)));
        client.Peer.Resume();
        Assert.Equal(["4" + large], client.Lines);

        client.Peer.Pause();
        Assert.True(client.Connection.Send(TestEngine.Message(large)));
        Assert.False(client.Connection.Send(TestEngine.Message("a")));
        await Patience.UntilAsync(() => client.HasEnded);
    }

    [Fact]
    public void After_the_end_nothing_is_taken()
    {
        TestClient client = _engine.Connect();
        client.Peer.Close();

        Assert.False(client.Connection.Send(TestEngine.Message("a")));
        Assert.False(client.Connection.Outbound.SendVolatile(TestEngine.Message("a")));
        Assert.False(client.Connection.Outbound.IsWritable);
    }

    [Fact]
    public void A_switch_in_the_middle_of_a_send_takes_what_waits_along()
    {
        TestClient first = _engine.Connect(TransportNames.Polling);
        var second = new TestClient();
        Assert.True(first.Connection.TryUpgrade(second.Peer.Transport));
        second.Peer.Start(first.Connection);
        first.Reacts = line =>
        {
            if (line == "4one")
            {
                first.Connection.Send(TestEngine.Message("two")); // waits: somebody is sending
                second.Send("5");
                first.Connection.Send(TestEngine.Message("three"));
            }
        };

        first.Connection.Send(TestEngine.Message("one"));

        Assert.Equal(["4one"], first.Lines);
        Assert.Equal(["4two", "4three"], second.Lines);
    }

    [Fact]
    public async Task Many_senders_lose_nothing_and_keep_their_own_order()
    {
        const int senders = 8;
        const int each = 3000;
        using var engine = new TestEngine(options => options.MaxBufferedBytes = long.MaxValue / 2);
        TestClient client = engine.Connect();
        using var stopped = new CancellationTokenSource();

        Task flips = Task.Run(() =>
        {
            while (!stopped.IsCancellationRequested)
            {
                client.Peer.Pause();
                Thread.Yield();
                client.Peer.Resume();
                Thread.Yield();
            }

            client.Peer.Resume();
        });
        await Task.WhenAll(Enumerable.Range(0, senders).Select(sender => Task.Run(() =>
        {
            FlushScope? scope = null;
            for (int i = 0; i < each; i++)
            {
                if (sender % 2 == 0 && i % 7 == 0)
                {
                    scope?.Exit();
                    scope = FlushScope.Enter();
                }

                Assert.True(client.Connection.Send(TestEngine.Message($"{sender}:{i}")));
            }

            scope?.Exit();
        }))).Within();
        await stopped.CancelAsync();
        await flips.Within();

        string[] lines = client.Lines;
        Assert.Equal(senders * each, lines.Length);
        foreach (IGrouping<string, string> sender in lines.Select(line => line[1..]).GroupBy(line => line.Split(':')[0]))
        {
            Assert.Equal(Enumerable.Range(0, each), sender.Select(line => int.Parse(line.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
        }

        Assert.Equal(0, client.Connection.Outbound.BufferedBytes);
        Assert.True(client.Connection.Outbound.IsWritable);
    }

    private static EncodedPacket Pooled(string text) =>
        Wire.Encode(new Realtime.Core.Protocol.Packet { Kind = Realtime.Core.Protocol.PacketKind.Event, Namespace = "/"u8.ToArray(), Data = Wire.Utf8($"[\"{text}\"]") });
}

using System.Threading.Channels;
using Realtime.Core.Framing;
using Realtime.Core.Transports;

namespace Realtime.Core.Tests.Transports;

public sealed class MemoryTransportTests
{
    private readonly MemoryPeer _peer = MemoryTransport.CreatePair();
    private readonly Receiver _receiver = new();

    [Fact]
    public void Messages_of_the_client_arrive_in_order()
    {
        _peer.Start(_receiver);

        _peer.Send("40");
        _peer.Send(new EncodedMessage(IsBinary: true, new byte[] { 1 }));
        _peer.Send("3");

        Assert.Equal(["40", "<bin>", "3"], _receiver.Seen);
    }

    [Fact]
    public void Messages_sent_before_the_start_arrive_with_it()
    {
        _peer.Send("40");
        _peer.Send("41");
        Assert.Empty(_receiver.Seen);

        _peer.Start(_receiver);

        Assert.Equal(["40", "41"], _receiver.Seen);
    }

    [Fact]
    public void An_end_before_the_start_is_reported_with_it()
    {
        var cause = new TransportException("gone");
        _peer.Send("40");
        _peer.Close(cause);

        _peer.Start(_receiver);

        Assert.Equal(["40", "closed"], _receiver.Seen);
        Assert.Same(cause, _receiver.Cause);
    }

    [Fact]
    public async Task While_a_reading_goes_on_no_other_begins()
    {
        var held = new TaskCompletionSource();
        _receiver.Held = held.Task;
        _peer.Start(_receiver);
        _peer.Send("1st");

        _peer.Send("2nd");
        Assert.Equal(["1st"], _receiver.Seen);
        Assert.Equal(1, _receiver.Readings);
        held.SetResult();
        await Eventually(() => _receiver.Seen.Count == 2);

        Assert.Equal(["1st", "2nd"], _receiver.Seen);
    }

    [Fact]
    public void A_receiver_that_takes_nothing_is_not_asked_without_end()
    {
        _receiver.TakesMessages = false;
        _peer.Start(_receiver);

        _peer.Send("40");
        _peer.Send("41");

        Assert.Equal(2, _receiver.Readings);
    }

    [Fact]
    public void Ten_thousand_messages_at_once_do_not_deepen_the_stack()
    {
        for (int i = 0; i < 10_000; i++)
        {
            _peer.Send("3");
        }

        _peer.Start(new OneAtATime(_receiver));

        Assert.Equal(10_000, _receiver.Seen.Count);
    }

    [Fact]
    public void A_receiver_that_fails_ends_the_pair_with_its_failure()
    {
        _receiver.Failure = new InvalidOperationException("broken");
        _peer.Start(_receiver);

        _peer.Send("40");

        Assert.Equal(["40", "closed"], _receiver.Seen);
        Assert.Same(_receiver.Failure, _receiver.Cause);
    }

    [Fact]
    public async Task Packets_of_the_server_arrive_message_by_message()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        output.EndMessage();
        output.WriteBinaryMessage([7]);
        _peer.Transport.Send([EncodedPacket.CreateConstant("2"u8), output.Build()]);

        Assert.Equal("2", Wire.Line(await _peer.ReceiveAsync()));
        Assert.Equal("4", Wire.Line(await _peer.ReceiveAsync()));
        Assert.Equal("<bin 07>", Wire.Line(await _peer.ReceiveAsync()));
        Assert.False(_peer.TryReceive(out _));
    }

    [Fact]
    public void What_arrived_outlives_its_packet()
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.WriteBinaryMessage([7]);
        EncodedPacket packet = output.Build();

        _peer.Transport.Send([packet]);
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(packet.WebSocketForm).Span.Clear();

        Assert.True(_peer.TryReceive(out EncodedMessage message));
        Assert.Equal("<bin 07>", Wire.Line(message));
    }

    [Fact]
    public void A_sink_gets_the_messages_instead_of_the_queue()
    {
        var lines = new List<string>();
        _peer.OnMessage(message => lines.Add(Wire.Line(message)));

        _peer.Transport.Send([EncodedPacket.CreateConstant("2"u8)]);

        Assert.Equal(["2"], lines);
        Assert.False(_peer.TryReceive(out _));
    }

    [Fact]
    public void A_paused_peer_takes_nothing_until_it_resumes()
    {
        _peer.Start(_receiver);
        Assert.True(_peer.Transport.CanSend);

        _peer.Pause();
        Assert.False(_peer.Transport.CanSend);
        _peer.Resume();

        Assert.True(_peer.Transport.CanSend);
        Assert.Equal(["writable"], _receiver.Seen);
    }

    [Fact]
    public void Resuming_what_was_not_paused_tells_nobody()
    {
        _peer.Start(_receiver);

        _peer.Resume();
        _peer.Pause();
        _peer.Close();
        _peer.Resume();

        Assert.Equal(["closed"], _receiver.Seen);
    }

    [Fact]
    public void An_end_is_reported_once_whoever_ends()
    {
        _peer.Start(_receiver);

        _peer.Close();
        _peer.Close();
        _peer.Transport.Close();
        _peer.Transport.Abort();

        Assert.Equal(["closed"], _receiver.Seen);
        Assert.Null(_receiver.Cause);
        Assert.True(_peer.Ended.IsCompletedSuccessfully);
        Assert.False(_peer.Transport.CanSend);
    }

    [Fact]
    public async Task After_the_end_what_was_sent_can_still_be_received()
    {
        _peer.Transport.Send([EncodedPacket.CreateConstant("6"u8)]);
        _peer.Transport.Close();

        Assert.True(_peer.Ended.IsCompleted);
        Assert.Equal("6", Wire.Line(await _peer.ReceiveAsync()));
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await _peer.ReceiveAsync());
    }

    [Fact]
    public void After_the_end_nothing_moves()
    {
        var lines = new List<string>();
        _peer.OnMessage(message => lines.Add(Wire.Line(message)));
        _peer.Start(_receiver);
        _peer.Transport.Abort();

        _peer.Send("40");
        _peer.Transport.Send([EncodedPacket.CreateConstant("2"u8)]);

        Assert.Empty(lines);
        Assert.Equal(["closed"], _receiver.Seen);
    }

    [Fact]
    public void An_orderly_end_of_polling_says_so_once()
    {
        MemoryPeer peer = MemoryTransport.CreatePair(TransportNames.Polling);
        var lines = new List<string>();
        peer.OnMessage(message => lines.Add(Wire.Line(message)));

        peer.Transport.Close();
        peer.Transport.Close();

        Assert.Equal(["1"], lines);
    }

    [Theory]
    [InlineData(TransportNames.Polling)]
    [InlineData(TransportNames.WebSocket)]
    public void A_transport_goes_by_the_name_that_it_was_given(string name)
    {
        MemoryTransport transport = MemoryTransport.CreatePair(name).Transport;

        Assert.Equal(name, transport.Name);
        Assert.Equal(0, transport.UnsentBytes);
    }

    [Fact]
    public void Exceptions_carry_text_and_cause()
    {
        var cause = new InvalidOperationException();

        Assert.Equal("what", new TransportException("what").Message);
        Assert.Same(cause, new TransportException("what", cause).InnerException);
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class OneAtATime(Receiver notes) : ITransportReceiver
    {
        public ValueTask OnReadableAsync(ITransport transport)
        {
            Assert.True(transport.TryRead(out TransportMessage message));
            notes.Seen.Add(Wire.Text(message.Data));
            return default;
        }

        public void OnWritable(ITransport transport) => notes.OnWritable(transport);

        public void OnClosed(ITransport transport, Exception? cause) => notes.OnClosed(transport, cause);
    }
}

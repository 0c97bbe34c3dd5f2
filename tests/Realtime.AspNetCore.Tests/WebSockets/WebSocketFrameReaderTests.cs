using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.AspNetCore.WebSockets;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>What the table cannot say: memory, copies, and what the caller is told about its buffer.</summary>
public sealed class WebSocketFrameReaderTests
{
    private const int Limit = 1_000;

    [Fact]
    public void An_idle_connection_costs_16_bytes_and_no_object() => Assert.Equal(16, Unsafe.SizeOf<WebSocketFrameReader>());

    [Fact]
    public void A_message_in_one_frame_is_a_slice_of_the_callers_buffer()
    {
        WebSocketFrameReader reader = new(Limit);
        byte[] buffer = ClientFrames.Join(ClientFrames.Ping("p"), ClientFrames.Text("Hello"));

        WebSocketRead ping = reader.Read(buffer);
        WebSocketRead text = reader.Read(buffer.AsMemory(ping.Consumed));

        AssertSlice(buffer, offset: 6, ping.Payload);
        AssertSlice(buffer, offset: ping.Consumed + 6, text.Payload);
        Assert.Equal("Hello", Encoding.UTF8.GetString(text.Payload.Span));
    }

    [Fact]
    public void Reading_whole_frames_allocates_nothing()
    {
        byte[] frames = ClientFrames.Join(ClientFrames.Text("Hello"), ClientFrames.Ping("p"), ClientFrames.Binary([1, 2, 3]), ClientFrames.Text("x")[..3]);
        byte[] buffer = new byte[frames.Length];
        WebSocketFrameReader reader = new(Limit);
        ReadAll(ref reader, frames, buffer);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            ReadAll(ref reader, frames, buffer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Every_array_that_gathering_rents_and_outgrows_goes_back_to_the_pool()
    {
        const int Rounds = 100;
        const int LessThanAnOutgrownArray = 200;
        byte[] frames = ClientFrames.Join(
            ClientFrames.Binary(new byte[20], final: false), ClientFrames.Continue(new byte[200], final: false), ClientFrames.Continue(new byte[700]));
        byte[] buffer = new byte[frames.Length];
        WebSocketFrameReader reader = new(Limit);
        ReadAll(ref reader, frames, buffer);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            ReadAll(ref reader, frames, buffer);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds * LessThanAnOutgrownArray);
    }

    [Fact]
    public void Gathered_fragments_are_held_until_the_read_after_their_message()
    {
        WebSocketFrameReader reader = new(Limit);

        Assert.Equal(WebSocketReadStatus.NeedMore, reader.Read(ClientFrames.Text("Hel", final: false)).Status);
        Assert.InRange(reader.HeldBytes, 3, 64);

        WebSocketRead text = reader.Read(ClientFrames.Continue("lo"));
        Assert.Equal("Hello", Encoding.UTF8.GetString(text.Payload.Span));
        Assert.InRange(reader.HeldBytes, 5, 64);

        Assert.Equal(WebSocketReadStatus.NeedMore, reader.Read(Memory<byte>.Empty).Status);
        Assert.Equal(0, reader.HeldBytes);
    }

    [Fact]
    public void Fragments_are_given_back_when_the_connection_ends_early()
    {
        WebSocketFrameReader released = Gathering();
        released.Release();
        Assert.Equal(0, released.HeldBytes);

        WebSocketFrameReader closed = Gathering();
        Assert.Equal(WebSocketOpcode.Close, closed.Read(ClientFrames.Close(1000)).Kind);
        Assert.Equal(0, closed.HeldBytes);

        WebSocketFrameReader failed = Gathering();
        Assert.Equal(WebSocketReadStatus.Error, failed.Read(ClientFrames.Text("no")).Status);
        Assert.Equal(0, failed.HeldBytes);
    }

    [Fact]
    public void Empty_fragments_without_end_cost_no_memory()
    {
        WebSocketFrameReader reader = new(Limit);
        reader.Read(ClientFrames.Text("", final: false));
        for (int i = 0; i < 10_000; i++)
        {
            reader.Read(ClientFrames.Continue("", final: false));
        }

        Assert.Equal(0, reader.HeldBytes);
    }

    [Theory]
    [InlineData(5, 0, 6)]
    [InlineData(5, 1, 6)]
    [InlineData(5, 2, 11)]
    [InlineData(5, 10, 11)]
    [InlineData(300, 2, 8)]
    [InlineData(300, 4, 308)]
    [InlineData(70_000, 9, 14)]
    [InlineData(70_000, 10, 70_014)]
    public void The_caller_learns_how_large_its_buffer_must_be(int payload, int arrived, int needed)
    {
        WebSocketFrameReader reader = new(100_000);

        WebSocketRead read = reader.Read(ClientFrames.Binary(new byte[payload]).AsMemory(0, arrived));

        Assert.Equal((WebSocketReadStatus.NeedMore, 0, needed), (read.Status, read.Consumed, read.Needed));
    }

    [Fact]
    public void A_fragment_is_consumed_even_when_nothing_can_be_delivered_yet()
    {
        byte[] first = ClientFrames.Text("Hel", final: false);
        WebSocketFrameReader reader = new(Limit);

        WebSocketRead read = reader.Read(ClientFrames.Join(first, ClientFrames.Continue("lo")[..7]));

        Assert.Equal((WebSocketReadStatus.NeedMore, first.Length, 8), (read.Status, read.Consumed, read.Needed));
    }

    [Fact]
    public void A_close_is_delivered_with_its_reason_and_everything_after_it_is_dropped()
    {
        WebSocketFrameReader reader = new(Limit);

        WebSocketRead close = reader.Read(ClientFrames.Close(4321, "bye"));
        WebSocketRead late = reader.Read(ClientFrames.Text("late"));

        Assert.Equal(4321, WebSocketClosePayload.CodeOf(close.Payload.Span));
        Assert.Equal("bye", Encoding.UTF8.GetString(close.Payload.Span[2..]));
        Assert.Equal((WebSocketReadStatus.Ended, ClientFrames.Text("late").Length), (late.Status, late.Consumed));
    }

    [Fact]
    public void The_limit_does_not_concern_control_frames()
    {
        WebSocketFrameReader reader = new(0);

        Assert.Equal(WebSocketReadStatus.Message, reader.Read(ClientFrames.Ping(new string('p', 125))).Status);
        Assert.Equal(WebSocketReadStatus.Message, reader.Read(ClientFrames.Text("")).Status);
        Assert.Same(WebSocketViolation.TooBig, reader.Read(ClientFrames.Text("x")).Violation);
    }

    [Fact]
    public void The_largest_limit_stays_within_an_array()
    {
        WebSocketFrameReader reader = new(int.MaxValue);

        Assert.Equal(Array.MaxLength, reader.Read(ClientFrames.Header(WebSocketOpcode.Binary, Array.MaxLength - 14)).Needed);
        Assert.Same(WebSocketViolation.TooBig, reader.Read(ClientFrames.Header(WebSocketOpcode.Binary, Array.MaxLength - 13)).Violation);
        Assert.Throws<ArgumentOutOfRangeException>(() => new WebSocketFrameReader(-1));
    }

    private static WebSocketFrameReader Gathering()
    {
        WebSocketFrameReader reader = new(Limit);
        reader.Read(ClientFrames.Text("Hel", final: false));
        Assert.NotEqual(0, reader.HeldBytes);
        return reader;
    }

    private static void ReadAll(ref WebSocketFrameReader reader, byte[] frames, byte[] buffer)
    {
        frames.CopyTo(buffer, 0);
        Memory<byte> rest = buffer;
        while (reader.Read(rest) is { Status: WebSocketReadStatus.Message } read)
        {
            rest = rest[read.Consumed..];
        }
    }

    private static void AssertSlice(byte[] buffer, int offset, Memory<byte> payload)
    {
        Assert.True(MemoryMarshal.TryGetArray(payload, out ArraySegment<byte> segment));
        Assert.Same(buffer, segment.Array);
        Assert.Equal(offset, segment.Offset);
    }
}

using System.Buffers;
using CsCheck;
using Realtime.Core.Framing;

namespace Realtime.Core.Tests.Framing;

public sealed class EncodedPacketTests
{
    [Fact]
    public void A_constant_survives_any_number_of_releases()
    {
        EncodedPacket ping = EncodedPacket.CreateConstant("2"u8);

        ping.Retain();
        for (int i = 0; i < 5; i++)
        {
            ping.Release();
        }

        Assert.Equal("810132", Convert.ToHexString(ping.WebSocketForm.Span));
    }

    [Fact]
    public void A_packet_lives_until_its_last_owner_releases_it()
    {
        EncodedPacket packet = Text("hello");
        packet.Retain();

        packet.Release();

        Assert.Equal("4hello", Wire.Lines(packet));
    }

    [Fact]
    public void Use_after_the_last_release_throws()
    {
        EncodedPacket packet = Text("hello");

        packet.Release();

        Assert.Throws<ObjectDisposedException>(() => packet.WebSocketForm);
        Assert.Throws<ObjectDisposedException>(() => packet.Messages);
        Assert.Throws<ObjectDisposedException>(() => EncodedPacket.Concat([packet]));
    }

    [Fact]
    public void The_buffer_is_given_back_exactly_once_however_often_the_packet_is_released()
    {
        // Of a size that nothing else rents here, so that the pool's answer is known: what was returned last by this thread comes first.
        EncodedPacket packet = Text(new string('x', 5_000_000));
        byte[] buffer = BufferOf(packet);

        packet.Release();
        packet.Release();
        packet.Release();
        byte[] first = ArrayPool<byte>.Shared.Rent(buffer.Length);
        byte[] second = ArrayPool<byte>.Shared.Rent(buffer.Length);

        Assert.Same(buffer, first);
        Assert.NotSame(buffer, second);
    }

    [Fact]
    public void The_buffer_is_not_given_back_while_somebody_owns_the_packet()
    {
        EncodedPacket packet = Text(new string('x', 9_000_000));
        byte[] buffer = BufferOf(packet);
        packet.Retain();

        packet.Release();

        Assert.NotSame(buffer, ArrayPool<byte>.Shared.Rent(buffer.Length));
    }

    [Fact]
    public void Owners_on_many_threads_end_a_packet_together()
    {
        EncodedPacket packet = Text("shared");
        for (int i = 1; i < 1000; i++)
        {
            packet.Retain();
        }

        Parallel.For(0, 999, _ => packet.Release());

        Assert.Equal("4shared", Wire.Lines(packet));
        packet.Release();
        Assert.Throws<ObjectDisposedException>(() => packet.WebSocketForm);
    }

    [Fact]
    public void Concat_is_the_messages_one_after_the_other()
    {
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool).Array[1, 5].Array[0, 8].Sample(packets =>
        {
            EncodedPacket[] parts = [.. packets.Select(Build)];
            EncodedPacket whole = EncodedPacket.Concat(parts);

            Assert.Equal(parts.SelectMany(part => part.WebSocketForm.ToArray()), whole.WebSocketForm.ToArray());
            Assert.Equal(parts.SelectMany(Wire.Messages).Select(Wire.Line), Wire.Messages(whole).Select(Wire.Line));
            Assert.Equal(parts.Sum(part => part.Length), whole.Length);
        });
    }

    [Fact]
    public void Concat_leaves_the_parts_to_their_owners()
    {
        EncodedPacket part = Text("a");

        EncodedPacket.Concat([part, part]).Release();

        Assert.Equal("4a", Wire.Lines(part));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public void Concat_is_compressed_when_one_part_is(bool first, bool second, bool expected) =>
        Assert.Equal(expected, EncodedPacket.Concat([Text("a", first), Text("b", second)]).Compress);

    [Fact]
    public void Concat_of_nothing_is_empty()
    {
        EncodedPacket nothing = EncodedPacket.Concat([]);

        Assert.Equal(0, nothing.Length);
        Assert.Empty(Wire.Messages(nothing));
        nothing.Release();
    }

    private static byte[] BufferOf(EncodedPacket packet)
    {
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(packet.WebSocketForm, out ArraySegment<byte> segment));
        return segment.Array!;
    }

    private static EncodedPacket Text(string text, bool compress = true)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        output.BeginText();
        output.Write(Wire.Utf8(text));
        output.EndMessage();
        return output.Build(compress);
    }

    private static EncodedPacket Build((byte[] Data, bool Binary)[] messages)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        foreach ((byte[] data, bool binary) in messages)
        {
            if (binary)
            {
                output.WriteBinaryMessage(data);
            }
            else
            {
                output.BeginText();
                output.Write(data);
                output.EndMessage();
            }
        }

        return output.Build();
    }
}

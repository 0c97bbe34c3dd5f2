using System.Runtime.InteropServices;
using CsCheck;
using Realtime.AspNetCore.WebSockets;

namespace Realtime.AspNetCore.Tests.WebSockets;

public sealed class WebSocketMaskTests
{
    private const int Margin = 64;

    private static readonly Gen<byte[]> Key = Gen.Byte.Array[4];

    [Fact]
    public void Every_short_length_at_every_alignment_equals_the_byte_by_byte_definition()
    {
        byte[] key = [0x37, 0xFA, 0x21, 0x3D];
        for (int offset = 0; offset < 16; offset++)
        {
            for (int length = 0; length < 300; length++)
            {
                AssertEqualsDefinition(Enumerable.Range(0, length).Select(i => (byte)(i * 7)).ToArray(), key, offset);
            }
        }
    }

    [Fact]
    public void Any_payload_with_any_key_equals_the_byte_by_byte_definition() =>
        Gen.Select(Gen.Byte.Array[0, 5_000], Key, Gen.Int[0, 40]).Sample((payload, key, offset) => AssertEqualsDefinition(payload, key, offset));

    [Fact]
    public void A_payload_can_be_unmasked_in_parts_with_the_key_that_each_part_returns() =>
        Gen.Select(Gen.Byte.Array[0, 300], Key, Gen.Int[0, 100].Array[0, 8]).Sample((payload, key, cuts) =>
        {
            byte[] expected = Masked(payload, key);
            Span<byte> rest = payload;
            uint next = MemoryMarshal.Read<uint>(key);
            foreach (int cut in cuts)
            {
                int length = Math.Min(cut, rest.Length);
                next = WebSocketMask.Apply(rest[..length], next);
                rest = rest[length..];
            }

            WebSocketMask.Apply(rest, next);
            Assert.Equal(expected, payload);
        });

    [Fact]
    public void Masking_twice_gives_the_payload_back() =>
        Gen.Select(Gen.Byte.Array[0, 500], Gen.UInt).Sample((payload, key) =>
        {
            byte[] copy = [.. payload];
            WebSocketMask.Apply(copy, key);
            WebSocketMask.Apply(copy, key);
            Assert.Equal(payload, copy);
        });

    private static void AssertEqualsDefinition(byte[] payload, byte[] key, int offset)
    {
        byte[] surrounded = new byte[offset + payload.Length + Margin];
        Array.Fill(surrounded, (byte)0xA5);
        payload.CopyTo(surrounded, offset);

        WebSocketMask.Apply(surrounded.AsSpan(offset, payload.Length), MemoryMarshal.Read<uint>(key));

        Assert.Equal(Masked(payload, key), surrounded.AsSpan(offset, payload.Length).ToArray());
        Assert.Equal(-1, surrounded.AsSpan(0, offset).IndexOfAnyExcept((byte)0xA5));
        Assert.Equal(-1, surrounded.AsSpan(offset + payload.Length).IndexOfAnyExcept((byte)0xA5));
    }

    // The formula of section 5.3, word for word.
    private static byte[] Masked(byte[] payload, byte[] key) => payload.Select((octet, i) => (byte)(octet ^ key[i % 4])).ToArray();
}

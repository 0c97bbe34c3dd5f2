using System.Text;
using Realtime.Redis.SocketIO;
using Realtime.Redis.SocketIO.MessagePack;

namespace Realtime.Redis.Tests.SocketIO;

/// <summary>MessagePack as notepack 3 writes and reads it.</summary>
public sealed class MessagePackTests
{
    private static readonly ReadOnlyMemory<byte>[] s_none = [];

    [Theory]
    [InlineData("null", "c0")]
    [InlineData("true", "c3")]
    [InlineData("false", "c2")]
    [InlineData("0", "00")]
    [InlineData("127", "7f")]
    [InlineData("128", "cc80")]
    [InlineData("255", "ccff")]
    [InlineData("256", "cd0100")]
    [InlineData("65535", "cdffff")]
    [InlineData("65536", "ce00010000")]
    [InlineData("4294967295", "ceffffffff")]
    [InlineData("4294967296", "cf0000000100000000")]
    [InlineData("5000000000", "cf000000012a05f200")]
    [InlineData("18446744073709551615", "cfffffffffffffffff")]
    [InlineData("-1", "ff")]
    [InlineData("-32", "e0")]
    [InlineData("-33", "d0df")]
    [InlineData("-128", "d080")]
    [InlineData("-129", "d1ff7f")]
    [InlineData("-32768", "d18000")]
    [InlineData("-32769", "d2ffff7fff")]
    [InlineData("-2147483648", "d280000000")]
    [InlineData("-2147483649", "d3ffffffff7fffffff")]
    [InlineData("1.5", "cb3ff8000000000000")]
    [InlineData("-0.1", "cbbfb999999999999a")]
    [InlineData("\"\"", "a0")]
    [InlineData("\"hé\"", "a368c3a9")]
    [InlineData("\"\\u00e9\\n\"", "a3c3a90a")]
    [InlineData("[]", "90")]
    [InlineData("{}", "80")]
    [InlineData("[1,[2,{\"a\":[]}],{\"b\":{\"c\":null}}]", "9301920281a1619081a16281a163c0")]
    public void Json_is_written_in_the_shortest_form_and_read_back(string json, string hex)
    {
        Assert.Equal(hex, Hex(Write(json)));
        Assert.True(MessagePackToJson.TryRead(Convert.FromHexString(hex), out ReadOnlyMemory<byte> read, out _));
        Assert.Equal(json.Replace("\\u00e9", "é", StringComparison.Ordinal), Text(read));
    }

    [Theory]
    [InlineData("1.0", "01")] // JavaScript has one kind of number
    [InlineData("-0", "00")]
    [InlineData("1e3", "cd03e8")]
    [InlineData("1e300", "cb7e37e43c8800759c")]
    [InlineData("\"\\ud83d\\ude00\"", "a4f09f9880")]
    [InlineData("\"a\\ud800\\u0062\\\\\\/\"", "a761efbfbd625c2f")] // half of a pair: never bytes that are no UTF-8
    public void What_JavaScript_would_have_made_of_it_is_written(string json, string hex) => Assert.Equal(hex, Hex(Write(json)));

    [Theory]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65536, "db00010000")]
    public void Long_texts_have_long_heads(int length, string head) =>
        Assert.Equal(head + string.Concat(Enumerable.Repeat("78", length)), Hex(Write($"\"{new string('x', length)}\"")));

    [Theory]
    [InlineData(15, "9f")]
    [InlineData(16, "dc0010")]
    [InlineData(65536, "dd00010000")]
    public void Long_arrays_have_long_heads(int length, string head) =>
        Assert.Equal(head + string.Concat(Enumerable.Repeat("07", length)), Hex(Write($"[{string.Join(',', Enumerable.Repeat('7', length))}]")));

    [Fact]
    public void Binary_values_stand_where_their_placeholders_stood()
    {
        ReadOnlyMemory<byte>[] binaries = [new byte[] { 1, 2, 3 }, new byte[256]];
        byte[] written = Write("[\"bin\",{\"_placeholder\":true,\"num\":0},{\"a\":{\"num\":1,\"_placeholder\":true,\"x\":[[1],2]}},[2]]", binaries);

        Assert.Equal($"94a362696ec40301020381a161c50100{new string('0', 512)}9102", Hex(written));
        Assert.True(MessagePackToJson.TryRead(written, out ReadOnlyMemory<byte> json, out IReadOnlyList<ReadOnlyMemory<byte>> read));
        Assert.Equal("[\"bin\",{\"_placeholder\":true,\"num\":0},{\"a\":{\"_placeholder\":true,\"num\":1}},[2]]", Text(json));
        Assert.Equal(binaries.Select(static binary => Hex(binary.Span)), read.Select(static binary => Hex(binary.Span)));
    }

    [Theory]
    [InlineData("{\"_placeholder\":true,\"num\":0}", "82ac5f706c616365686f6c646572c3a36e756d00")]
    public void Without_binary_values_nothing_is_a_placeholder(string json, string hex) => Assert.Equal(hex, Hex(Write(json)));

    [Theory]
    [InlineData("d7ff1d5353006553f100", "\"2023-11-14T22:13:20.123Z\"")] // timestamp 64
    [InlineData("d6ff6553f100", "\"2023-11-14T22:13:20.000Z\"")] // timestamp 32
    [InlineData("c70cff00000000fffffffffffffff6", "\"1969-12-31T23:59:50.000Z\"")] // timestamp 96
    [InlineData("c70cff000000007fffffffffffffff", "null")] // no date
    [InlineData("d70000000000000003e8", "\"1970-01-01T00:00:01.000Z\"")] // notepack 2
    [InlineData("d40000", "null")] // undefined of notepack 2
    [InlineData("c70200aabb", "{\"_placeholder\":true,\"num\":0}")] // array buffer of notepack 2
    [InlineData("c70305aabbcc", "null")]
    [InlineData("ca3fc00000", "1.5")]
    [InlineData("cb7ff8000000000000", "null")]
    [InlineData("a2c328", "\"�(\"")] // no UTF-8
    [InlineData("8101a161", "{\"1\":\"a\"}")]
    public void What_others_may_write_is_read(string hex, string json)
    {
        Assert.True(MessagePackToJson.TryRead(Convert.FromHexString(hex), out ReadOnlyMemory<byte> read, out _));
        Assert.Equal(json, Text(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c1")] // never used
    [InlineData("92c0")]
    [InlineData("c0c0")] // something behind it
    [InlineData("a5616263")]
    [InlineData("cd01")]
    [InlineData("c4")]
    [InlineData("dfffffffff")]
    [InlineData("ddffffffff00")]
    [InlineData("dbffffffff00")]
    [InlineData("c9ffffffff00")]
    [InlineData("81c000")] // a name that is none
    [InlineData("819000")]
    public void Anything_else_is_refused(string hex) => Assert.False(MessagePackToJson.TryRead(Convert.FromHexString(hex), out _, out _));

    [Fact]
    public void Depth_is_bounded_both_ways()
    {
        Assert.True(MessagePackToJson.TryRead(Nested(MessagePackToJson.MaxDepth), out _, out _));
        Assert.False(MessagePackToJson.TryRead(Nested(MessagePackToJson.MaxDepth + 1), out _, out _));
        Assert.False(MessagePackToJson.TryRead(Nested(5_000_000), out _, out _));
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => Write(new string('[', 600) + new string(']', 600)));

        static byte[] Nested(int depth) => [.. Enumerable.Repeat((byte)0x91, depth), 0xc0];
    }

    // What is read either is refused or is valid JSON that can be written again: whatever stands there, it ends and throws nothing.
    [Fact]
    public void Random_bytes_never_do_harm()
    {
        var random = new Random(20261123);
        int read = 0;
        for (int i = 0; i < 200_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            read += Check(bytes) ? 1 : 0;
        }

        Assert.InRange(read, 1000, 199_000); // both ways were taken
    }

    [Fact]
    public void Every_part_and_every_changed_byte_of_a_message_never_does_harm()
    {
        byte[] message = Write("[\"uid\",{\"type\":2,\"data\":[\"e\",{\"_placeholder\":true,\"num\":0},1.5,-70000,null,{\"a\":[true,\"é\"]}],\"nsp\":\"/\"},{\"rooms\":[\"r\"]}]", [new byte[] { 1, 2 }]);
        Assert.True(Check(message));
        for (int length = 0; length < message.Length; length++)
        {
            Assert.False(Check(message[..length]));
            for (int value = 0; value < 256; value++)
            {
                byte[] changed = [.. message];
                changed[length] = (byte)value;
                Check(changed);
            }
        }
    }

    private static bool Check(byte[] bytes)
    {
        NodeMessage.TryRead(bytes);
        if (!MessagePackToJson.TryRead(bytes, out ReadOnlyMemory<byte> json, out IReadOnlyList<ReadOnlyMemory<byte>> binaries))
        {
            return false;
        }

        var writer = new MessagePackWriter();
        JsonToMessagePack.Write(writer, json.Span, binaries);
        Assert.True(MessagePackToJson.TryRead(writer.Written, out ReadOnlyMemory<byte> again, out _));
        Assert.Equal(Text(json), Text(again));
        return true;
    }

    private static byte[] Write(string json, ReadOnlyMemory<byte>[]? binaries = null)
    {
        var writer = new MessagePackWriter();
        JsonToMessagePack.Write(writer, Encoding.UTF8.GetBytes(json), binaries ?? s_none);
        return writer.Written.ToArray();
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}

using System.Text;
using CsCheck;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class TailedPacketCodecTests
{
    private readonly TailedPacketCodec _codec = new(JsonPacketCodec.Instance);

    [Fact]
    public void An_event_with_a_position_ends_in_it() =>
        Assert.Equal(["42/chat,[\"message\",{\"a\":1},\"k3J9x2Qa:1042\"]"], Write(Event("[\"message\",{\"a\":1}]", tail: "k3J9x2Qa:1042")));

    [Fact]
    public void An_event_without_arguments_ends_in_it_too() => Assert.Equal(["42/chat,[\"ping\",\"k3J9x2Qa:1\"]"], Write(Event("[\"ping\"]", tail: "k3J9x2Qa:1")));

    [Fact]
    public void An_event_without_a_position_ends_in_a_mark_of_its_own() =>
        Assert.Equal(["42/chat,[\"typing\",\"~1\"]", "42/chat,[\"typing\",\"~2\"]"], [.. Write(Event("[\"typing\"]")), .. Write(Event("[\"typing\"]"))]);

    [Fact]
    public void Text_that_looks_like_a_position_stays_in_front_of_the_mark() =>
        Assert.Equal(["42/chat,[\"typing\",\"k3J9x2Qa:99999\",\"~1\"]"], Write(Event("[\"typing\",\"k3J9x2Qa:99999\"]")));

    [Theory]
    [InlineData("[\"$rt:at\",\"k3J9x2Qa:1041\"]")]
    [InlineData("[\"$rt:error\",{}]")]
    public void Events_of_the_protocol_stay_as_they_are(string data) => Assert.Equal([$"42/chat,{data}"], Write(Event(data)));

    [Fact]
    public void An_event_that_asks_for_an_answer_never_has_one() => Assert.Equal(["42/chat,7[\"ask\"]"], Write(Event("[\"ask\"]", tail: "k3J9x2Qa:1") with { AckId = new AckId(7) }));

    [Theory]
    [InlineData(PacketKind.Ack, "43/chat,7[1]")]
    [InlineData(PacketKind.Connect, "40/chat,[1]")]
    public void Other_packets_stay_as_they_are(PacketKind kind, string expected) =>
        Assert.Equal([expected], Write(Event("[1]") with { Kind = kind, AckId = kind == PacketKind.Ack ? new AckId(7) : null }));

    [Fact]
    public void Attachments_follow() =>
        Assert.Equal(
            ["451-/chat,[\"picture\",{\"_placeholder\":true,\"num\":0},\"k3J9x2Qa:2\"]", "010203"],
            Write(Event("[\"picture\",{\"_placeholder\":true,\"num\":0}]", tail: "k3J9x2Qa:2") with { Attachments = [new byte[] { 1, 2, 3 }] }));

    /// <summary>Whatever the last argument is, what the client takes off is what the server put there, and what is left is what was sent.</summary>
    [Fact]
    public void The_last_argument_is_always_that_of_the_server() => Gen.String.Array[0, 3].Sample(arguments =>
    {
        byte[] data = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new[] { "event" }.Concat(arguments));
        string line = Assert.Single(Write(Event(Encoding.UTF8.GetString(data), tail: "k3J9x2Qa:3")));
        string[] received = System.Text.Json.JsonSerializer.Deserialize<string[]>(line["42/chat,".Length..])!;
        Assert.Equal("k3J9x2Qa:3", received[^1]);
        Assert.Equal(System.Text.Json.JsonSerializer.Deserialize<string[]>(data)!, received[..^1]);
    });

    private static Packet Event(string data, string tail = "") => new()
    {
        Kind = PacketKind.Event,
        Namespace = "/chat"u8.ToArray(),
        Data = Encoding.UTF8.GetBytes(data),
        Tail = Encoding.UTF8.GetBytes(tail),
    };

    private string[] Write(Packet packet)
    {
        EncodedPacket encoded = PacketEncoder.Encode(_codec, in packet);
        var messages = new List<string>();
        foreach (EncodedMessage message in encoded.Messages)
        {
            messages.Add(message.IsBinary ? Convert.ToHexString(message.Data.Span) : Encoding.UTF8.GetString(message.Data.Span));
        }

        encoded.Release();
        return [.. messages];
    }
}

using System.Buffers;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class JsonPacketReaderTests
{
    private const string P0 = """{"_placeholder":true,"num":0}""";
    private const string P1 = """{"_placeholder":true,"num":1}""";

    [Theory]
    [InlineData("40", PacketKind.Connect, "/", null, "")]
    [InlineData("40/", PacketKind.Connect, "/", null, "")]
    [InlineData("40/,", PacketKind.Connect, "/", null, "")]
    [InlineData("40{}", PacketKind.Connect, "/", null, "{}")]
    [InlineData("40{\"token\":\"123\"}", PacketKind.Connect, "/", null, "{\"token\":\"123\"}")]
    [InlineData("40/custom", PacketKind.Connect, "/custom", null, "")]
    [InlineData("40/random,", PacketKind.Connect, "/random", null, "")]
    [InlineData("40/?a=b,", PacketKind.Connect, "/?a=b", null, "")]
    [InlineData("40/adm?a=b,{}", PacketKind.Connect, "/adm?a=b", null, "{}")]
    [InlineData("40/a{}", PacketKind.Connect, "/a{}", null, "")]
    [InlineData("41", PacketKind.Disconnect, "/", null, "")]
    [InlineData("41/custom", PacketKind.Disconnect, "/custom", null, "")]
    [InlineData("41/custom,", PacketKind.Disconnect, "/custom", null, "")]
    [InlineData("42[\"echo\"]", PacketKind.Event, "/", null, "[\"echo\"]")]
    [InlineData("42[\"\"]", PacketKind.Event, "/", null, "[\"\"]")]
    [InlineData("42[1]", PacketKind.Event, "/", null, "[1]")]
    [InlineData("42[\"echo\",null,{\"a\":[]}]", PacketKind.Event, "/", null, "[\"echo\",null,{\"a\":[]}]")]
    [InlineData("42[\"echo\",{\"__proto__\":{\"x\":1}}]", PacketKind.Event, "/", null, "[\"echo\",{\"__proto__\":{\"x\":1}}]")]
    [InlineData("42[\"echo\",12345678901234567890,1.10,-0]", PacketKind.Event, "/", null, "[\"echo\",12345678901234567890,1.10,-0]")]
    [InlineData("42/a,[\"x\"]", PacketKind.Event, "/a", null, "[\"x\"]")]
    [InlineData("42/a,7[\"x\"]", PacketKind.Event, "/a", "7", "[\"x\"]")]
    [InlineData("42/,7[\"x\"]", PacketKind.Event, "/", "7", "[\"x\"]")]
    [InlineData("42\n[\"x\"] ", PacketKind.Event, "/", null, "\n[\"x\"] ")]
    [InlineData("43[]", PacketKind.Ack, "/", null, "[]")]
    [InlineData("43123[1,2]", PacketKind.Ack, "/", "123", "[1,2]")]
    [InlineData("44{\"message\":\"x\"}", PacketKind.ConnectError, "/", null, "{\"message\":\"x\"}")]
    [InlineData("44\"Not authorized\"", PacketKind.ConnectError, "/", null, "\"Not authorized\"")]
    public void A_valid_packet_is_taken_apart(string text, PacketKind kind, string path, string? id, string data)
    {
        Packet packet = Wire.Packet(text);

        Assert.Equal(kind, packet.Kind);
        Assert.Equal(path, Wire.Text(packet.Namespace));
        Assert.Equal(id, packet.AckId?.ToString());
        Assert.Equal(data, Wire.Text(packet.Data));
        Assert.Equal(0, packet.AttachmentCount);
    }

    [Theory]
    [InlineData("40[]", "CONNECT with array payload")]
    [InlineData("40\"x\"", "CONNECT with string payload")]
    [InlineData("40null", "CONNECT with null payload")]
    [InlineData("40true", "CONNECT with bool payload")]
    [InlineData("40{", "CONNECT with half an object")]
    [InlineData("40{}{}", "CONNECT with two objects")]
    [InlineData("41[]", "DISCONNECT with payload")]
    [InlineData("41{}", "DISCONNECT with payload")]
    [InlineData("41\"x\"", "DISCONNECT with payload")]
    [InlineData("42", "EVENT no payload")]
    [InlineData("42/a,", "EVENT no payload")]
    [InlineData("421", "EVENT no payload")]
    [InlineData("42[]", "EVENT empty array")]
    [InlineData("42{}", "EVENT object")]
    [InlineData("42\"x\"", "EVENT string")]
    [InlineData("42[\"x\"", "EVENT bad json")]
    [InlineData("42[\"x\",]", "EVENT trailing comma")]
    [InlineData("42[\"x\"]]", "EVENT with more behind it")]
    [InlineData("42[\"x\"]1", "EVENT with more behind it")]
    [InlineData("42[\"x\"/**/]", "EVENT with comment")]
    [InlineData("42['x']", "EVENT bad json")]
    [InlineData("42[\"a\nb\"]", "EVENT with a raw control character")]
    [InlineData("42[NaN]", "EVENT bad json")]
    [InlineData("42[01]", "EVENT bad number")]
    [InlineData("42[null]", "EVENT null name")]
    [InlineData("42[true]", "EVENT bool name")]
    [InlineData("42[{}]", "EVENT object name")]
    [InlineData("42[[]]", "EVENT array name")]
    [InlineData("42[\"connect\"]", "EVENT reserved 'connect'")]
    [InlineData("42[\"connect_error\"]", "EVENT reserved 'connect_error'")]
    [InlineData("42[\"disconnect\"]", "EVENT reserved 'disconnect'")]
    [InlineData("42[\"disconnecting\"]", "EVENT reserved 'disconnecting'")]
    [InlineData("42[\"newListener\"]", "EVENT reserved 'newListener'")]
    [InlineData("42[\"removeListener\"]", "EVENT reserved 'removeListener'")]
    [InlineData("42[\"c\\u006fnnect\"]", "EVENT reserved in disguise")]
    [InlineData("42[\"\\ud800\"]", "EVENT half a surrogate pair as name")]
    [InlineData("42abc[\"x\"]", "ack id of letters")]
    [InlineData("421.5[\"x\"]", "ack id '1.5'")]
    [InlineData("42-1[\"x\"]", "ack id negative")]
    [InlineData("43", "ACK no payload")]
    [InlineData("431", "ACK no payload")]
    [InlineData("431{}", "ACK with object payload")]
    [InlineData("431\"x\"", "ACK with string payload")]
    [InlineData("431null", "ACK with null payload")]
    [InlineData("44", "CONNECT_ERROR no payload")]
    [InlineData("44[]", "CONNECT_ERROR with array")]
    [InlineData("441", "CONNECT_ERROR with number")]
    [InlineData("44null", "CONNECT_ERROR with null")]
    [InlineData("47", "packet type 7")]
    [InlineData("47[\"x\"]", "packet type 7")]
    [InlineData("4a", "packet type 'a'")]
    [InlineData("4/", "packet type '/'")]
    [InlineData("4", "empty message packet")]
    [InlineData("45[\"x\"]", "BINARY no count")]
    [InlineData("45-[\"x\"]", "BINARY '5-[...]'")]
    [InlineData("45", "BINARY nothing")]
    [InlineData("451", "BINARY only a count")]
    [InlineData("451-", "BINARY no payload")]
    [InlineData("451[\"x\"]", "BINARY without '-'")]
    [InlineData("450-[\"x\"]", "BINARY 0 attachments")]
    [InlineData("45-1-[\"x\"]", "BINARY negative")]
    [InlineData("45+1-[\"x\"]", "BINARY plus")]
    [InlineData("45 1-[\"x\"]", "BINARY blank")]
    [InlineData("451.5-[\"x\"]", "BINARY 1.5")]
    [InlineData("4511-[\"x\"]", "BINARY 11 attachments")]
    [InlineData("4599999999999-[\"x\"]", "BINARY too many digits")]
    [InlineData("451-[\"connect\"]", "BINARY reserved")]
    [InlineData("461-0{}", "BINARY_ACK with object")]
    public void An_invalid_packet_is_refused(string text, string what) => Assert.False(Wire.TryPacket(text, out _), what);

    [Theory]
    [InlineData("42[\"connection\"]", "connection")]
    [InlineData("42[\"error\"]", "error")]
    [InlineData("42[\"message\"]", "message")]
    [InlineData("42[\"Connect\"]", "Connect")]
    [InlineData("42[\"connect \"]", "connect ")]
    [InlineData("42[ \"x\" ,1]", "x")]
    [InlineData("42[7]", "7")]
    [InlineData("42[-1.5e3,2]", "-1.5e3")]
    [InlineData("42[\"a\\n\\\"\\u20ac\\ud83d\\ude00\"]", "a\n\"€😀")]
    [InlineData("451-[\"b\",1]", "b")]
    public void An_event_has_its_name_without_escapes(string text, string name) => Assert.Equal(name, Wire.Text(Wire.Packet(text).EventName));

    [Theory]
    [InlineData("42[\"x\",1,2]", ",1,2]")]
    [InlineData("42[\"x\"]", "]")]
    [InlineData("42[1 ,2]", " ,2]")]
    [InlineData("42 [ \"a\\nb\" , 2 ]", " , 2 ]")]
    public void The_arguments_begin_behind_the_name(string text, string rest)
    {
        Packet packet = Wire.Packet(text);

        Assert.Equal(rest, Wire.Text(packet.Data[packet.ArgumentsOffset..]));
    }

    [Theory]
    [InlineData("420[\"x\"]", "0")]
    [InlineData("42007[\"x\"]", "7")]
    [InlineData("42 1[\"x\"]", "1")]
    [InlineData("421 [\"x\"]", "1")]
    [InlineData("42 [\"x\"]", "0")]
    [InlineData("42123456789012345678[\"x\"]", "123456789012345678")]
    [InlineData("421234567890123456789[\"x\"]", "1234567890123456789")]
    [InlineData("4218446744073709551616[\"x\"]", "18446744073709551616")]
    [InlineData("42100000000000000000000000[\"x\"]", "100000000000000000000000")]
    [InlineData("4299999999999999999999999999999999999999[\"x\"]", "99999999999999999999999999999999999999")]
    [InlineData("42                    1234567890[\"x\"]", "1234567890")]
    [InlineData("42/a,5[\"x\"]", "5")]
    public void An_ack_id_is_digits_and_blanks(string text, string id) => Assert.Equal(id, Wire.Packet(text).AckId?.ToString());

    [Theory]
    [InlineData(38, true)]
    [InlineData(39, false)]
    [InlineData(100_000, false)]
    public void An_ack_id_has_38_digits_at_most(int digits, bool accepted)
    {
        Assert.Equal(accepted, Wire.TryPacket($"42{new string('1', digits)}[\"x\"]", out _));
        Assert.Equal(accepted, Wire.TryPacket($"42{new string('0', digits)}[\"x\"]", out _));
    }

    [Theory]
    [InlineData("451-[\"b\"]", 1)]
    [InlineData("4510-[\"b\"]", 10)]
    [InlineData("4501-[\"b\"]", 1)]
    [InlineData("452-/admin,7[\"b\"]", 2)]
    [InlineData("461-15[]", 1)]
    public void A_binary_packet_announces_its_attachments(string text, int count)
    {
        Packet packet = Wire.Packet(text);

        Assert.Equal(count, packet.AttachmentCount);
        Assert.Null(packet.Attachments);
    }

    [Fact]
    public void The_most_attachments_are_a_limit()
    {
        var limits = new PacketLimits(MaxAttachments: 2);

        Assert.True(Wire.TryPacket("452-[\"b\"]", out _, limits));
        Assert.False(Wire.TryPacket("453-[\"b\"]", out _, limits));
    }

    [Theory]
    [InlineData($"451-[\"b\",{P0}]")]
    [InlineData($"451-[\"b\",{P0},{P0}]")]
    [InlineData($"452-[\"b\",{P1}]")]
    [InlineData($"452-[\"b\",[{{\"a\":{P1}}}],{P0}]")]
    [InlineData($"461-0[{P0}]")]
    [InlineData("451-[\"b\",{\"num\":0,\"_placeholder\":true}]")]
    [InlineData("451-[\"b\",{\"\\u005fplaceholder\":true,\"n\\u0075m\":0}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":false,\"num\":7}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":1,\"num\":7}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":\"true\",\"num\":7}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":9,\"num\":0}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"_placeholder\":false,\"num\":9}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":[true],\"num\":9}]")]
    [InlineData("451-[\"b\",{\"x\":{\"_placeholder\":false},\"num\":9}]")]
    [InlineData("451-[\"b\",{\"_placeholder\\u0000\":true,\"num\":9}]")]
    [InlineData("451-[\"b\",{\"\\u005fplaceh\":true,\"num\":9}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":0,\"x\":{\"_placeholder\":true,\"num\":9}}]")]
    [InlineData("451-[\"b\",{\"num\":{\"_placeholder\":true,\"num\":0},\"_placeholder\":false}]")]
    [InlineData("451-[\"b\",{\"\\ud800\":1,\"_placeh\\ud800lder\":true,\"\\udc00_placeholder\":true,\"nu\\ud800\":9}]")]
    public void Good_placeholders_and_what_only_looks_like_one_are_accepted(string text) => Assert.True(Wire.TryPacket(text, out _));

    [Theory]
    [InlineData($"451-[\"b\",{P1}]")]
    [InlineData($"461-[{P1}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":-1}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":\"0\"}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":0.5}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":99999999999}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":null}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":0,\"num\":9}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":0,\"num\":\"x\"}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":false,\"_placeholder\":true}]")]
    [InlineData("451-[\"b\",{\"\\u005fplaceholder\":true,\"num\":1}]")]
    [InlineData("451-[\"b\",[[{\"a\":{\"_placeholder\":true,\"num\":1}}]]]")]
    [InlineData("451-[\"b\",{\"num\":{\"_placeholder\":true,\"num\":1},\"_placeholder\":false}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":{\"_placeholder\":true,\"num\":1},\"num\":0}]")]
    [InlineData("451-[\"b\",{\"_placeholder\":true,\"num\":{\"_placeholder\":true,\"num\":0}}]")]
    public void A_placeholder_that_asks_for_no_attachment_of_its_packet_is_refused(string text) => Assert.False(Wire.TryPacket(text, out _));

    [Fact]
    public void In_a_packet_without_attachments_a_placeholder_is_plain_data() => Assert.True(Wire.TryPacket($"42[\"x\",{P1}]", out _));

    [Theory]
    [InlineData("42[\"x\",\"FF\"]")]
    [InlineData("42[\"FF\"]")]
    [InlineData("40/FF,")]
    [InlineData("40{\"FF\":1}")]
    [InlineData("430[\"FF\"]")]
    public void Text_that_is_no_UTF8_is_refused_so_that_nobody_can_pass_it_on(string text)
    {
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(text.Replace("FF", "\u00ff", StringComparison.Ordinal));
        FrameReader.TryRead(TransportMessage.Create(isBinary: false, bytes), out Frame frame);

        Assert.False(JsonPacketCodec.Instance.TryRead(frame, PacketLimits.Default, out _));
    }

    [Theory]
    [InlineData(200, 512, true)]
    [InlineData(512, 512, true)]
    [InlineData(513, 512, false)]
    [InlineData(100_000, 512, false)]
    [InlineData(3, 3, true)]
    [InlineData(4, 3, false)]
    public void Nesting_has_a_limit(int depth, int limit, bool accepted)
    {
        string text = $"42[\"x\",{new string('[', depth - 1)}{new string(']', depth - 1)}]";
        string binary = $"451-[\"x\",{string.Concat(Enumerable.Repeat("{\"a\":", depth - 1))}1{new string('}', depth - 1)}]";
        var limits = new PacketLimits(MaxDepth: limit);

        Assert.Equal(accepted, Wire.TryPacket(text, out _, limits));
        Assert.Equal(accepted, Wire.TryPacket(binary, out _, limits));
    }

    [Fact]
    public void A_payload_of_a_million_brackets_costs_no_stack_and_no_memory()
    {
        Frame frame = Wire.Frame("42[\"x\"," + new string('[', 1_000_000));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.False(JsonPacketCodec.Instance.TryRead(frame, PacketLimits.Default, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    [Theory]
    [InlineData("2probe")]
    [InlineData("3")]
    [InlineData("6")]
    [InlineData("0{}")]
    public void A_frame_that_is_no_message_is_no_packet(string text) =>
        Assert.False(JsonPacketCodec.Instance.TryRead(Wire.Frame(text), PacketLimits.Default, out _));

    [Fact]
    public void A_binary_frame_is_no_packet() =>
        Assert.False(JsonPacketCodec.Instance.TryRead(new Frame(FrameKind.Message, isBinary: true, new ReadOnlySequence<byte>(Wire.Utf8("2[\"x\"]"))), PacketLimits.Default, out _));

    [Fact]
    public void A_packet_may_come_in_segments_of_one_byte()
    {
        byte[] bytes = Wire.Utf8("52-/admin,7[\"b€\",{\"_placeholder\":true,\"num\":1}]");
        var frame = new Frame(FrameKind.Message, isBinary: false, Wire.Cut(bytes, Enumerable.Range(0, bytes.Length)));

        Assert.True(JsonPacketCodec.Instance.TryRead(frame, PacketLimits.Default, out Packet packet));

        Assert.Equal("/admin", Wire.Text(packet.Namespace));
        Assert.Equal("b€", Wire.Text(packet.EventName));
        Assert.Equal(new AckId(7), packet.AckId);
    }

    [Fact]
    public void A_packet_refers_to_the_bytes_of_its_message_until_it_is_detached()
    {
        byte[] bytes = Wire.Utf8("2/a,[\"x\",1]");
        JsonPacketCodec.Instance.TryRead(new Frame(FrameKind.Message, isBinary: false, new ReadOnlySequence<byte>(bytes)), PacketLimits.Default, out Packet packet);

        Packet detached = packet.Detach();
        Array.Fill(bytes, (byte)'z');

        Assert.Equal("zzzzzzz", Wire.Text(packet.Data));
        Assert.Equal("/a [\"x\",1] x", $"{Wire.Text(detached.Namespace)} {Wire.Text(detached.Data)} {Wire.Text(detached.EventName)}");
    }

    [Fact]
    public void The_codec_needs_limits_and_an_output_and_has_a_name()
    {
        Assert.Equal("json", JsonPacketCodec.Instance.Name);
        Assert.Throws<ArgumentNullException>(() => JsonPacketCodec.Instance.TryRead(default, null!, out _));
        Assert.Throws<ArgumentNullException>(() => JsonPacketCodec.Instance.Write(default(Packet) with { Kind = PacketKind.Disconnect }, null!));
    }
}

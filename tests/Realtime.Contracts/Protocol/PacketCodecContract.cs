using System.Buffers;
using System.Text;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Contracts.Protocol;

/// <summary>What <see cref="IPacketCodec"/> promises.</summary>
public abstract class PacketCodecContract
{
    /// <summary>Messages as peers send them, to begin from when bytes are spoiled.</summary>
    private readonly Lazy<EncodedMessage[]> _goodMessages;

    protected PacketCodecContract() => _goodMessages = new Lazy<EncodedMessage[]>(() => [.. Packets.Values.SelectMany(packet => Messages(packet))]);

    /// <summary>The packets that come back as they were, by name.</summary>
    public static TheoryData<string> PacketNames => [.. Packets.Keys];

    /// <summary>The codec.</summary>
    protected abstract IPacketCodec Codec { get; }

    private static Dictionary<string, Packet> Packets { get; } = new()
    {
        ["connect"] = Make(PacketKind.Connect, "/", ""),
        ["connect with data"] = Make(PacketKind.Connect, "/chat", """{"token":"abc","n":[1,2,{"deep":null}]}"""),
        ["disconnect"] = Make(PacketKind.Disconnect, "/", ""),
        ["disconnect from a namespace"] = Make(PacketKind.Disconnect, "/a/b?c=d", ""),
        ["event"] = Make(PacketKind.Event, "/", """["hello"]"""),
        ["event with arguments"] = Make(PacketKind.Event, "/", """["hello",1,-2.5,true,null,"text",[],{}]"""),
        ["event in a namespace"] = Make(PacketKind.Event, "/chat", """["hello",1]"""),
        ["event that asks"] = Make(PacketKind.Event, "/", """["ask",{}]""", 12),
        ["event that asks with the largest id"] = Make(PacketKind.Event, "/", """["ask"]""", long.MaxValue),
        ["event with text beyond ASCII"] = Make(PacketKind.Event, "/\u00e9", """["h\u00e9llo \u20ac","\ud83d\ude00"]"""),
        ["event with one attachment"] = Make(PacketKind.Event, "/", """["bin",{"_placeholder":true,"num":0}]""", null, [1, 2, 3]),
        ["event with attachments"] = Make(
            PacketKind.Event, "/chat", """["bin",{"a":{"_placeholder":true,"num":0},"b":[{"_placeholder":true,"num":1}]},7]""", 3, [], [255, 0, 30]),
        ["event with a large attachment"] = Make(PacketKind.Event, "/", """["bin",{"_placeholder":true,"num":0}]""", null, new byte[100_000]),
        ["answer"] = Make(PacketKind.Ack, "/", "[]", 0),
        ["answer in a namespace"] = Make(PacketKind.Ack, "/chat", """["yes",1]""", 7),
        ["answer with an attachment"] = Make(PacketKind.Ack, "/", """[{"_placeholder":true,"num":0}]""", 1, [9]),
        ["connect error"] = Make(PacketKind.ConnectError, "/", """{"message":"no"}"""),
        ["connect error with data"] = Make(PacketKind.ConnectError, "/chat", """{"message":"no","data":{"code":1}}"""),
    };

    [Theory]
    [MemberData(nameof(PacketNames))]
    public void A_packet_comes_back_as_it_was(string name) => AssertSame(Packets[name], Read(Messages(Packets[name]), PacketLimits.Default));

    [Theory]
    [MemberData(nameof(PacketNames))]
    public void A_packet_in_pieces_is_read_like_one_in_one_piece(string name)
    {
        EncodedMessage[] messages = Messages(Packets[name]);
        Packet packet = Complete(ReadFirst(InPieces(messages[0].Data), messages[0].IsBinary), messages);
        AssertSame(Packets[name], packet);
    }

    [Theory]
    [MemberData(nameof(PacketNames))]
    public void A_packet_that_outlives_its_bytes_keeps_its_own(string name)
    {
        EncodedMessage[] messages = Messages(Packets[name]);
        byte[] bytes = messages[0].Data.ToArray();
        Packet packet = ReadFirst(new ReadOnlySequence<byte>(bytes), messages[0].IsBinary).Detach();

        Array.Fill(bytes, (byte)'?');

        AssertSame(Packets[name], Complete(packet, messages));
    }

    [Fact]
    public void The_messages_of_a_packet_are_one_that_announces_and_its_attachments()
    {
        Packet packet = Packets["event with attachments"];
        EncodedMessage[] messages = Messages(packet);
        Packet first = ReadFirst(new ReadOnlySequence<byte>(messages[0].Data), messages[0].IsBinary);
        Assert.Equal(messages.Length - 1, first.AttachmentCount - (first.Attachments?.Count ?? 0));
        Assert.All(messages[1..], static message => Assert.True(message.IsBinary));
    }

    [Fact]
    public void The_name_of_an_event_and_the_place_of_its_arguments_are_found()
    {
        Packet packet = Read(Messages(Make(PacketKind.Event, "/", """["h\u00e9llo",1,2]""")), PacketLimits.Default);
        Assert.Equal("h\u00e9llo", Encoding.UTF8.GetString(packet.EventName.Span));
        Assert.Equal(",1,2]", Encoding.UTF8.GetString(packet.Data.Span[packet.ArgumentsOffset..]));
    }

    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(1, 2, false)]
    [InlineData(0, 1, false)]
    public void No_more_attachments_than_allowed_are_accepted(int limit, int count, bool accepted)
    {
        string placeholders = string.Join(',', Enumerable.Range(0, count).Select(static i => $$"""{"_placeholder":true,"num":{{i}}}"""));
        EncodedMessage[] messages = Messages(Make(PacketKind.Event, "/", $"""["bin",{placeholders}]""", null, [.. Enumerable.Range(0, count).Select(static i => new byte[] { (byte)i })]));
        Assert.Equal(accepted, TryReadFirst(messages[0], new PacketLimits(MaxAttachments: limit), out _));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(29, true)]
    [InlineData(40, false)]
    [InlineData(5_000, false)]
    public void No_deeper_nesting_than_allowed_is_accepted(int depth, bool accepted)
    {
        string json = $"""["deep",{new string('[', depth)}{new string(']', depth)}]""".Replace(",]", "]", StringComparison.Ordinal);
        Assert.Equal(accepted, TryReadFirst(Messages(Make(PacketKind.Event, "/", json))[0], new PacketLimits(MaxDepth: 32), out _));
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("connect_error")]
    [InlineData("disconnect")]
    [InlineData("disconnecting")]
    [InlineData("newListener")]
    [InlineData("removeListener")]
    public void An_event_with_a_reserved_name_is_refused(string name) =>
        Assert.False(TryReadFirst(Messages(Make(PacketKind.Event, "/", $"""["{name}"]"""))[0], PacketLimits.Default, out _));

    [Theory]
    [InlineData(FrameKind.Open)]
    [InlineData(FrameKind.Close)]
    [InlineData(FrameKind.Ping)]
    [InlineData(FrameKind.Pong)]
    [InlineData(FrameKind.Upgrade)]
    [InlineData(FrameKind.Noop)]
    public void A_frame_that_is_no_message_holds_no_packet(FrameKind kind)
    {
        EncodedMessage message = Messages(Packets["event"])[0];
        var frame = new Frame(kind, message.IsBinary, new ReadOnlySequence<byte>(message.IsBinary ? message.Data : message.Data[1..]));
        Assert.False(Codec.TryRead(in frame, PacketLimits.Default, out _));
    }

    [Fact]
    public void Nothing_is_thrown_whatever_the_bytes_are()
    {
        var random = new Random(4711);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 40)];
            random.NextBytes(bytes);
            Try(bytes, random.Next(2) == 0);
        }
    }

    [Fact]
    public void Nothing_is_thrown_when_a_good_message_is_spoiled()
    {
        var random = new Random(42);
        EncodedMessage[] good = _goodMessages.Value;
        for (int i = 0; i < 20_000; i++)
        {
            EncodedMessage message = good[random.Next(good.Length)];
            byte[] bytes = message.Data[..Math.Min(message.Data.Length, 200)].ToArray();
            for (int change = random.Next(1, 4); change > 0 && bytes.Length > 0; change--)
            {
                int place = random.Next(bytes.Length);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..place], .. bytes[(place + 1)..]],
                    1 => [.. bytes[..place], (byte)random.Next(256), .. bytes[place..]],
                    _ => [.. bytes[..place], (byte)random.Next(256), .. bytes[(place + 1)..]],
                };
            }

            Try(bytes, message.IsBinary);
        }
    }

    [Fact]
    public void Every_beginning_of_a_message_is_read_without_an_exception()
    {
        foreach (EncodedMessage message in _goodMessages.Value)
        {
            for (int length = 0; length < Math.Min(message.Data.Length, 200); length++)
            {
                Try(message.Data[..length].ToArray(), message.IsBinary);
            }
        }
    }

    private static Packet Make(PacketKind kind, string path, string json, long? ackId = null, params byte[][] attachments) => new()
    {
        Kind = kind,
        Namespace = Encoding.UTF8.GetBytes(path),
        AckId = ackId is { } id ? new AckId((UInt128)id) : null,
        Data = Encoding.UTF8.GetBytes(json),
        AttachmentCount = attachments.Length,
        Attachments = attachments.Length == 0 ? null : [.. attachments.Select(static bytes => (ReadOnlyMemory<byte>)bytes)],
    };

    private static ReadOnlySequence<byte> InPieces(ReadOnlyMemory<byte> bytes)
    {
        Piece? first = null;
        Piece? last = null;
        for (int start = 0; start < bytes.Length; start += 3)
        {
            last = new Piece(bytes.Slice(start, Math.Min(3, bytes.Length - start)), last);
            first ??= last;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private static Packet Complete(Packet packet, EncodedMessage[] messages)
    {
        if (messages.Length == 1)
        {
            return packet;
        }

        var partial = new PartialPacket(in packet);
        for (int i = 1; i < messages.Length; i++)
        {
            Assert.Equal(i == messages.Length - 1, partial.TryComplete(new ReadOnlySequence<byte>(messages[i].Data), out packet));
        }

        return packet;
    }

    private static void AssertSame(in Packet expected, in Packet actual)
    {
        Assert.Equal(expected.Kind, actual.Kind);
        Assert.Equal(expected.AckId, actual.AckId);
        Assert.Equal(Encoding.UTF8.GetString(expected.Namespace.Span), Encoding.UTF8.GetString(actual.Namespace.Span));
        Assert.Equal(Encoding.UTF8.GetString(expected.Data.Span), Encoding.UTF8.GetString(actual.Data.Span));
        Assert.Equal(Shown(expected.Attachments), Shown(actual.Attachments));
    }

    private static string[] Shown(IReadOnlyList<ReadOnlyMemory<byte>>? attachments) => [.. (attachments ?? []).Select(static bytes => Convert.ToHexString(bytes.Span))];

    private EncodedMessage[] Messages(in Packet packet)
    {
        EncodedPacket encoded = PacketEncoder.Encode(Codec, in packet);
        var messages = new List<EncodedMessage>();
        foreach (EncodedMessage message in encoded.Messages)
        {
            messages.Add(message with { Data = message.Data.ToArray() });
        }

        encoded.Release();
        return [.. messages];
    }

    private Packet Read(EncodedMessage[] messages, PacketLimits limits)
    {
        Assert.True(TryReadFirst(messages[0], limits, out Packet packet), $"Refused: {Encoding.UTF8.GetString(messages[0].Data.Span)}");
        return Complete(packet, messages);
    }

    private Packet ReadFirst(ReadOnlySequence<byte> data, bool isBinary)
    {
        Assert.True(FrameReader.TryRead(new TransportMessage(isBinary, data), out Frame frame));
        Assert.True(Codec.TryRead(in frame, PacketLimits.Default, out Packet packet));
        return packet;
    }

    private bool TryReadFirst(EncodedMessage message, PacketLimits limits, out Packet packet)
    {
        Assert.True(FrameReader.TryRead(TransportMessage.Create(message.IsBinary, message.Data), out Frame frame));
        return Codec.TryRead(in frame, limits, out packet);
    }

    /// <summary>What is accepted can also be written, and is accepted again.</summary>
    private void Try(byte[] bytes, bool isBinary)
    {
        if (!FrameReader.TryRead(TransportMessage.Create(isBinary, bytes), out Frame frame) || !Codec.TryRead(in frame, PacketLimits.Default, out Packet packet) || packet.AttachmentCount > 0)
        {
            return;
        }

        Assert.True(TryReadFirst(Messages(in packet)[0], PacketLimits.Default, out _), $"Accepted once but not twice: {Convert.ToHexString(bytes)}");
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(ReadOnlyMemory<byte> bytes, Piece? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}

using System.Buffers;
using System.Text.Json;
using CsCheck;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests.Protocol;

public sealed class PacketPropertyTests
{
    private static readonly PayloadSerializer s_serializer = new();

    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.Char.AlphaNumeric.Array[0, 8].Select(letters => new string(letters)),
        Gen.OneOf("€", "\"", "\\", "\n", "\u001e", "😀", ",", "/", "b", "_placeholder", "num", "\0").Array[0, 4].Select(string.Concat));

    private static readonly Gen<object?> s_leaf = Gen.OneOf<object?>(
        Gen.Const(() => (object?)null),
        Gen.Bool.Select(value => (object?)value),
        Gen.Int.Select(value => (object?)value),
        Gen.Double.Where(double.IsFinite).Select(value => (object?)value),
        s_text.Select(value => (object?)value));

    private static readonly Gen<byte[]> s_binary = Gen.OneOf(Gen.Byte.Array[0, 12], Gen.Byte.Array[120, 130]);

    private static readonly Gen<string> s_namespace = s_text.Select(text => "/" + text.Replace(",", "", StringComparison.Ordinal));

    private static readonly Gen<AckId?> s_id = Gen.OneOf(
        Gen.Const(() => (AckId?)null),
        Gen.ULong.Select(value => (AckId?)new AckId(value)),
        Gen.ULong.Select(value => (AckId?)new AckId((UInt128)value * 1_000_000_000_000_000_000)));

    private static readonly Gen<Packet> s_packet = Gen.Select(s_namespace, s_id, s_text, Values(3).Array[0, 4], Gen.Enum<PacketKind>(), Make);

    // Bytes that come close to being packets: what chance alone would never find.
    private static readonly Gen<byte[]> s_nearlyPacket = Gen.OneOf(
        Gen.OneOf(
            "0", "1", "2", "3", "4", "5", "6", "7", "-", "/", ",", " ", "[", "]", "{", "}", ":", "\"", "\"x\"", "\"connect\"", "10", "1-", "\"_placeholder\":true", "\"num\":0", "\"num\":1",
            "{\"_placeholder\":true,\"num\":0}", "true", "null", "\\ud800", "\\u005f", "1e5", "-0", "\t", "€", "/a,", "[\"b\",", "\"\\ud800\":", "\u001e", "b", "AQI=").Array[0, 12].Select(parts => Wire.Utf8(string.Concat(parts))),
        Gen.Byte.Array[0, 30],
        Gen.Select(s_packet, Gen.Int[0, 1000], Gen.Byte, (packet, place, value) => Damaged(packet, place, value)));

    [Fact]
    public void A_packet_comes_back_from_its_WebSocket_form_however_it_is_cut() =>
        Gen.Select(s_packet, Gen.Int[0, 1000].Array[0, 6]).Sample((packet, cuts) =>
        {
            EncodedPacket encoded = Wire.Encode(packet);

            SamePacket.Assert(packet, Read(Wire.Messages(encoded).Select(message => new TransportMessage(message.IsBinary, Cut(message.Data, cuts)))));
            encoded.Release();
        });

    [Fact]
    public void A_packet_comes_back_from_its_polling_form_however_it_is_cut() =>
        Gen.Select(s_packet, Gen.Int[0, 1000].Array[0, 6]).Where((packet, _) => !packet.Namespace.Span.Contains(PollingPayload.Separator)).Sample((packet, cuts) =>
        {
            EncodedPacket encoded = Wire.Encode(packet);
            var output = new ArrayBufferWriter<byte>();
            PollingPayload.Write([encoded], output);

            SamePacket.Assert(packet, Read(Bodies(Cut(output.WrittenMemory, cuts))));
            encoded.Release();
        });

    [Fact]
    public void Arguments_come_back_as_they_were() =>
        Gen.Select(s_text.Where(name => name.Length > 0 && !ReservedEvents.Contains(name)), Values(4).Array[0, 4]).Sample((name, arguments) =>
        {
            Packet packet = Read(Wire.Messages(Wire.Encode(Event(name, arguments))).Select(message => TransportMessage.Create(message.IsBinary, message.Data)));

            EventArguments read = EventArguments.From(packet);

            Assert.Equal(name, Wire.Text(packet.EventName));
            Assert.Equal(arguments.Select(Shown), read.Select(argument => Shown(argument, s_serializer.Deserialize<JsonElement>(argument))));
        });

    [Fact]
    public void Arguments_that_are_passed_on_arrive_as_they_were() =>
        Values(4).Array[0, 4].Sample(arguments =>
        {
            EventArguments first = EventArguments.From(Read(Wire.Messages(Wire.Encode(Event("a", arguments))).Select(message => TransportMessage.Create(message.IsBinary, message.Data))));
            object?[] passedOn = [new byte[] { 42 }, .. first.Cast<object>()];

            EventArguments second = EventArguments.From(Read(Wire.Messages(Wire.Encode(Event("b", passedOn))).Select(message => TransportMessage.Create(message.IsBinary, message.Data))));

            Assert.Equal(arguments.Select(Shown), second.Skip(1).Select(argument => Shown(argument, s_serializer.Deserialize<JsonElement>(argument))));
        });

    [Fact]
    public void No_bytes_make_a_reader_throw_or_take_more_memory_than_they_are_worth() =>
        Gen.Select(s_nearlyPacket, Gen.OneOf("4", "42", "40", "43", "451-", "452-/a,", "b", "")).Sample(
            (bytes, prefix) =>
            {
                TransportMessage message = TransportMessage.Create(isBinary: false, (byte[])[.. Wire.Utf8(prefix), .. bytes]);
                long before = GC.GetAllocatedBytesForCurrentThread();

                if (FrameReader.TryRead(message, out Frame frame) && JsonPacketCodec.Instance.TryRead(frame, PacketLimits.Default, out Packet packet) && packet.Kind is PacketKind.Event or PacketKind.Ack)
                {
                    EventArguments.From(packet);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
            },
            iter: 20_000);

    [Fact]
    public void Every_packet_that_is_accepted_is_written_as_one_that_is_accepted_and_equal() =>
        Gen.Select(s_nearlyPacket, Gen.OneOf("4", "42", "40", "41", "43", "44", "451-[\"b\",", "452-/a,")).Sample(
            (bytes, prefix) =>
            {
                if (FrameReader.TryRead(TransportMessage.Create(isBinary: false, (byte[])[.. Wire.Utf8(prefix), .. bytes]), out Frame frame)
                    && JsonPacketCodec.Instance.TryRead(frame, PacketLimits.Default, out Packet packet))
                {
                    Packet complete = packet with { Attachments = [.. Enumerable.Repeat(new ReadOnlyMemory<byte>([1]), packet.AttachmentCount)] };

                    SamePacket.Assert(complete, Read(Wire.Messages(Wire.Encode(complete)).Select(message => TransportMessage.Create(message.IsBinary, message.Data))));
                }
            },
            iter: 20_000);

    private static Gen<object?> Values(int depth) => depth == 0
        ? s_leaf
        : Gen.Frequency(
            (4, s_leaf),
            (2, s_binary.Select(value => (object?)value)),
            (1, Values(depth - 1).Array[0, 3].Select(items => (object?)items)),
            (1, Gen.Select(s_text.Where(name => name is not ("_placeholder" or "num")), Values(depth - 1)).Array[0, 3].Select(pairs => (object?)pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2))));

    private static Packet Event(string name, object?[] arguments) => Make("/", null, name, arguments, PacketKind.Event);

    private static Packet Make(string path, AckId? id, string name, object?[] arguments, PacketKind kind)
    {
        EventPayload payload = kind switch
        {
            PacketKind.Event => s_serializer.SerializeEvent(ReservedEvents.Contains(name) ? "x" : name, arguments.AsSpan()),
            PacketKind.Ack => s_serializer.SerializeAck(arguments.AsSpan()),
            PacketKind.Disconnect => new EventPayload(default, []),
            _ => new EventPayload(s_serializer.SerializeValue(new Dictionary<string, object?> { [name] = 1 }), []),
        };
        return new Packet
        {
            Kind = kind,
            Namespace = NamespacePath.Parse(path).Utf8Memory,
            AckId = id,
            Data = payload.Data,
            AttachmentCount = payload.Attachments.Count,
            Attachments = payload.Attachments,
        };
    }

    private static byte[] Damaged(Packet packet, int place, byte value)
    {
        byte[] bytes = Wire.Messages(Wire.Encode(packet))[0].Data.ToArray();
        bytes[place % bytes.Length] = value;
        return bytes[1..];
    }

    private static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, int[] cuts) => Wire.Cut(bytes, cuts.Select(cut => cut % (bytes.Length + 1)));

    private static IEnumerable<TransportMessage> Bodies(ReadOnlySequence<byte> whole)
    {
        ReadOnlySequence<byte>? body = whole;
        while (PollingPayload.TryReadNext(ref body, out TransportMessage message))
        {
            yield return message;
        }
    }

    private static Packet Read(IEnumerable<TransportMessage> messages)
    {
        PartialPacket? partial = null;
        Packet packet = default;
        foreach (TransportMessage message in messages)
        {
            Assert.True(FrameReader.TryRead(message, out Frame frame));
            if (partial is not null)
            {
                partial.TryComplete(frame.Payload, out packet);
                continue;
            }

            Assert.True(JsonPacketCodec.Instance.TryRead(frame, new PacketLimits(MaxAttachments: 1000), out packet), Wire.Text(message.Data));
            partial = packet.AttachmentCount > 0 ? new PartialPacket(packet) : null;
        }

        return packet;
    }

    // One spelling for what was meant and for what was read; attachments by their bytes.
    private static string Shown(object? value) => value switch
    {
        byte[] bytes => $"<{Convert.ToHexString(bytes)}>",
        object?[] items => $"[{string.Join(',', items.Select(Shown))}]",
        Dictionary<string, object?> pairs => $"{{{string.Join(',', pairs.Select(pair => $"{pair.Key}:{Shown(pair.Value)}"))}}}",
        _ => Wire.Text(s_serializer.SerializeValue(value)),
    };

    private static string Shown(EventArgument argument, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object when value.TryGetProperty("_placeholder", out _) => $"<{Convert.ToHexString(argument.Attachments[value.GetProperty("num").GetInt32()].Span)}>",
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().Select(pair => $"{pair.Name}:{Shown(argument, pair.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(item => Shown(argument, item)))}]",
        _ => value.GetRawText(),
    };
}

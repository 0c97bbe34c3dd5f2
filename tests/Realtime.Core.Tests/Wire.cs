using System.Buffers;
using System.Text;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Tests;

/// <summary>Messages as tests like to write and read them.</summary>
internal static class Wire
{
    internal static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    internal static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    internal static string Text(ReadOnlySequence<byte> utf8) => Encoding.UTF8.GetString(utf8);

    internal static TransportMessage TextMessage(string text) => TransportMessage.Create(isBinary: false, Utf8(text));

    /// <summary>A sequence of several segments, cut at the given places; an empty segment where a place comes twice.</summary>
    internal static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, params IEnumerable<int> places)
    {
        int start = 0;
        Segment? first = null;
        Segment? last = null;
        foreach (int place in (IEnumerable<int>)[.. places.Order(), bytes.Length])
        {
            var segment = new Segment(bytes[start..place], last);
            first ??= segment;
            last = segment;
            start = place;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    internal static Frame Frame(string text)
    {
        Assert.True(FrameReader.TryRead(TextMessage(text), out Frame frame));
        return frame;
    }

    /// <summary>Reads the packet that a text message carries, such as <c>42["x"]</c>.</summary>
    internal static Packet Packet(string text)
    {
        Assert.True(TryPacket(text, out Packet packet), $"Refused: {text}");
        return packet;
    }

    internal static bool TryPacket(string text, out Packet packet, PacketLimits? limits = null) =>
        JsonPacketCodec.Instance.TryRead(Frame(text), limits ?? PacketLimits.Default, out packet);

    internal static EncodedPacket Encode(in Packet packet)
    {
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        JsonPacketCodec.Instance.Write(in packet, output);
        return output.Build();
    }

    /// <summary>The messages of a packet, one a line, binary ones as <c>&lt;bin 0102&gt;</c>.</summary>
    internal static string Lines(EncodedPacket packet)
    {
        var lines = new List<string>();
        foreach (EncodedMessage message in packet.Messages)
        {
            lines.Add(Line(message));
        }

        return string.Join('\n', lines);
    }

    internal static string Line(EncodedMessage message) => message.IsBinary ? $"<bin {Convert.ToHexStringLower(message.Data.Span)}>" : Text(message.Data);

    internal static EncodedMessage[] Messages(EncodedPacket packet)
    {
        var messages = new List<EncodedMessage>();
        foreach (EncodedMessage message in packet.Messages)
        {
            messages.Add(message);
        }

        return [.. messages];
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}

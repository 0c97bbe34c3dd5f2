using System.Buffers;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Raw;

namespace Realtime.Fuzz.Targets;

/// <summary>Input: "t" or "b" and a message of the raw WebSocket protocol. What is accepted, and has the same form in both directions, must come back equal.</summary>
internal static class RawFuzz
{
    internal static void Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        bool binary = input.Span[0] == (byte)'b';
        bool read = TryRead(binary, new ReadOnlySequence<byte>(input[1..]), out Packet packet);
        Expect.That(read == TryRead(binary, Segments.Of(input[1..], 3), out _), "pieces are read as the whole is");
        if (!read)
        {
            return;
        }

        EncodedPacket encoded = PacketEncoder.Encode(RawPacketCodec.Instance, in packet);
        EncodedMessages messages = encoded.Messages;
        Expect.That(messages.MoveNext() && messages.Current.IsBinary == (packet.AttachmentCount > 0), "a packet is a message, binary when it has attachments");
        if (packet.Kind is PacketKind.Event or PacketKind.Ack or PacketKind.Disconnect)
        {
            Expect.That(TryRead(messages.Current.IsBinary, new ReadOnlySequence<byte>(messages.Current.Data), out Packet again) && Same(packet, again), "an accepted packet comes back");
        }

        Expect.That(!messages.MoveNext(), "nothing else follows");
        encoded.Release();
    }

    private static bool TryRead(bool binary, ReadOnlySequence<byte> message, out Packet packet) =>
        RawPacketCodec.Instance.TryRead(new Frame(FrameKind.Message, binary, message), PacketLimits.Default, out packet);

    private static bool Same(in Packet left, in Packet right) =>
        left.Kind == right.Kind
        && left.AckId == right.AckId
        && left.AttachmentCount == right.AttachmentCount
        && left.Namespace.Span.SequenceEqual(right.Namespace.Span)
        && left.Data.Span.SequenceEqual(right.Data.Span)
        && left.EventName.Span.SequenceEqual(right.EventName.Span)
        && left.ArgumentsOffset == right.ArgumentsOffset;
}

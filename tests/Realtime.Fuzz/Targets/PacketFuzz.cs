using System.Buffers;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Fuzz.Targets;

/// <summary>Input: the text of a packet. What is accepted must be written as something that is accepted and equal.</summary>
internal static class PacketFuzz
{
    internal static void Run(ReadOnlyMemory<byte> input)
    {
        bool read = TryRead(new ReadOnlySequence<byte>(input), out Packet packet);
        Expect.That(read == TryRead(Segments.Of(input, 3), out _), "pieces are read as the whole is");
        if (!read)
        {
            return;
        }

        Packet complete = Complete(packet);
        EncodedPacketWriter output = EncodedPacketWriter.Rent();
        JsonPacketCodec.Instance.Write(complete, output);
        EncodedPacket encoded = output.Build();
        EncodedMessages messages = encoded.Messages;
        Expect.That(messages.MoveNext() && FrameReader.TryRead(TransportMessage.Create(isBinary: false, messages.Current.Data), out Frame frame), "a packet is a frame");
        Expect.That(TryRead(new ReadOnlySequence<byte>(messages.Current.Data[1..]), out Packet again) && Same(packet, again), "an accepted packet comes back");
        for (int i = 0; i < packet.AttachmentCount; i++)
        {
            Expect.That(messages.MoveNext() && messages.Current.IsBinary, "attachments follow");
        }

        Expect.That(!messages.MoveNext(), "nothing else follows");
        encoded.Release();
    }

    internal static bool TryRead(ReadOnlySequence<byte> text, out Packet packet) =>
        JsonPacketCodec.Instance.TryRead(new Frame(FrameKind.Message, isBinary: false, text), PacketLimits.Default, out packet);

    /// <summary>Gives a packet the attachments that it announces, each with bytes of its own.</summary>
    internal static Packet Complete(in Packet packet)
    {
        if (packet.AttachmentCount == 0)
        {
            return packet;
        }

        var partial = new PartialPacket(packet);
        Packet complete;
        byte next = 0;
        while (!partial.TryComplete(new ReadOnlySequence<byte>([next++]), out complete))
        {
        }

        return complete;
    }

    private static bool Same(in Packet left, in Packet right) =>
        left.Kind == right.Kind
        && left.AckId == right.AckId
        && left.AttachmentCount == right.AttachmentCount
        && left.Namespace.Span.SequenceEqual(right.Namespace.Span)
        && left.Data.Span.SequenceEqual(right.Data.Span)
        && left.EventName.Span.SequenceEqual(right.EventName.Span)
        && left.ArgumentsOffset == right.ArgumentsOffset;
}

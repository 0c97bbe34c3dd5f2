// packet      = type [ attachments "-" ] [ nsp [ "," ] ] [ ackid ] [ json ]
// type        = "0" CONNECT | "1" DISCONNECT | "2" EVENT | "3" ACK | "4" CONNECT_ERROR | "5" BINARY_EVENT | "6" BINARY_ACK
// attachments = digits, for types 5 and 6 only, and there mandatory
// nsp         = starts with "/", runs up to the next "," or to the end; absent: "/"
// ackid       = digits
using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Protocol.Json;

internal static class JsonPacketReader
{
    private const int FirstBinaryKind = 5;
    private const int LastKind = 6;
    private const int BinaryOffset = 3;

    internal static bool TryRead(in Frame frame, PacketLimits limits, out Packet packet)
    {
        packet = default;
        ReadOnlySequence<byte> payload = frame.Payload;
        if (frame.Kind != FrameKind.Message || frame.IsBinary || payload.IsEmpty)
        {
            return false;
        }

        // Messages come in one piece from every transport of ours; another may hand over pieces, which are joined here.
        ReadOnlyMemory<byte> text = payload.IsSingleSegment ? payload.First : payload.ToArray();
        int kind = text.Span[0] - '0';

        // A reader of JSON takes any bytes inside a string. Passed on, bad text would end the connections of everybody who gets it.
        if (kind is < 0 or > LastKind || !Utf8.IsValid(text.Span))
        {
            return false;
        }

        int position = 1;
        int attachments = 0;
        if (kind >= FirstBinaryKind)
        {
            kind -= BinaryOffset;
            if (!TryReadAttachmentCount(text.Span, ref position, limits, out attachments))
            {
                return false;
            }
        }

        ReadOnlyMemory<byte> path = ReadNamespace(text, ref position);
        if (!TryReadAckId(text.Span, ref position, out AckId? ackId))
        {
            return false;
        }

        packet = new Packet { Kind = (PacketKind)kind, Namespace = path, AckId = ackId, Data = text[position..], AttachmentCount = attachments };
        return JsonPayload.TryComplete(ref packet, limits);
    }

    private static bool TryReadAttachmentCount(ReadOnlySpan<byte> text, ref int position, PacketLimits limits, out int count)
    {
        if (!Utf8Parser.TryParse(text[position..], out count, out int digits) || text[position] is < (byte)'0' or > (byte)'9')
        {
            return false;
        }

        position += digits;
        return count >= 1 && count <= limits.MaxAttachments && position < text.Length && text[position++] == (byte)'-';
    }

    private static ReadOnlyMemory<byte> ReadNamespace(ReadOnlyMemory<byte> text, ref int position)
    {
        if (position >= text.Length || text.Span[position] != (byte)'/')
        {
            return NamespacePath.Root.Utf8Memory;
        }

        int length = text.Span[position..].IndexOf((byte)',');
        ReadOnlyMemory<byte> path = length < 0 ? text[position..] : text.Slice(position, length);
        position += path.Length + (length < 0 ? 0 : 1);
        return path;
    }

    private static bool TryReadAckId(ReadOnlySpan<byte> text, ref int position, out AckId? id)
    {
        id = null;
        int start = position;
        UInt128 value = 0;
        ulong low = 0;
        for (; position < text.Length && (text[position] is (>= (byte)'0' and <= (byte)'9') or (byte)' '); position++)
        {
            if (text[position] == (byte)' ')
            {
                continue; // Node reads over blanks here, so clients that were tested against it may send them.
            }

            int digits = position - start;
            if (digits >= AckId.MaxDigits)
            {
                return false;
            }

            // 64-bit arithmetic for the first 18 digits: every id of a real client.
            uint digit = (uint)(text[position] - '0');
            if (digits < 18)
            {
                low = (low * 10) + digit;
                value = low;
            }
            else
            {
                value = (value * 10) + digit;
            }
        }

        id = position > start ? new AckId(value) : null;
        return true;
    }
}

// message    = length json { length attachment }        length = 32 bits, big-endian, in bytes; the message ends where its last attachment ends
using System.Buffers;
using System.Buffers.Binary;
using Realtime.Core.Framing;

namespace Realtime.Core.Protocol.Raw;

/// <summary>A packet with attachments in one binary message, so that no message waits for another.</summary>
internal static class RawBinaryMessage
{
    private const int LengthSize = sizeof(uint);

    /// <summary>Takes a message apart. The attachments are copied, the JSON is not.</summary>
    /// <returns>What is wrong with it, or <see langword="null"/>.</returns>
    internal static string? Split(ReadOnlyMemory<byte> message, PacketLimits limits, out ReadOnlyMemory<byte> json, out IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        attachments = [];
        if (!TryTake(ref message, out json))
        {
            return "A binary message starts with the length of its JSON in 32 bits.";
        }

        var found = new List<ReadOnlyMemory<byte>>();
        while (!message.IsEmpty)
        {
            if (found.Count == limits.MaxAttachments)
            {
                return $"A message has at most {limits.MaxAttachments} attachments.";
            }

            if (!TryTake(ref message, out ReadOnlyMemory<byte> attachment))
            {
                return "The length of an attachment goes beyond the message.";
            }

            found.Add(attachment.ToArray());
        }

        attachments = found;
        return null;
    }

    internal static void Write(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments, EncodedPacketWriter output)
    {
        output.BeginBinary();
        Put(json, output);
        for (int i = 0; i < attachments.Count; i++)
        {
            Put(attachments[i].Span, output);
        }

        output.EndMessage();
    }

    private static bool TryTake(ref ReadOnlyMemory<byte> message, out ReadOnlyMemory<byte> part)
    {
        part = default;
        if (message.Length < LengthSize)
        {
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(message.Span);
        if (length > message.Length - LengthSize)
        {
            return false;
        }

        part = message.Slice(LengthSize, (int)length);
        message = message[(LengthSize + (int)length)..];
        return true;
    }

    private static void Put(ReadOnlySpan<byte> part, EncodedPacketWriter output)
    {
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(LengthSize), (uint)part.Length);
        output.Advance(LengthSize);
        output.Write(part);
    }
}

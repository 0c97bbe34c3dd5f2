using System.Buffers.Binary;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>An acknowledgement as bytes that a store keeps: <c>version length json (length attachment)*</c>, lengths of four bytes, little-endian. None at all: the handler answered nothing.</summary>
internal static class AnswerRecord
{
    private const byte Version = 1;

    internal static byte[] Write(EventPayload answer)
    {
        byte[] record = new byte[1 + sizeof(int) + answer.Data.Length + answer.Attachments.Sum(static attachment => sizeof(int) + attachment.Length)];
        record[0] = Version;
        Span<byte> rest = Append(record.AsSpan(1), answer.Data.Span);
        foreach (ReadOnlyMemory<byte> attachment in answer.Attachments)
        {
            rest = Append(rest, attachment.Span);
        }

        return record;
    }

    /// <summary>Reads a record.</summary>
    /// <returns>The acknowledgement; <see langword="null"/> when there was none.</returns>
    /// <exception cref="InvalidDataException">It was written by a version that is not known here.</exception>
    internal static EventPayload? Read(ReadOnlyMemory<byte> record)
    {
        if (record.IsEmpty)
        {
            return null;
        }

        if (record.Span[0] != Version)
        {
            throw new InvalidDataException($"A stored acknowledgement has the version {record.Span[0]}, which this server does not know.");
        }

        ReadOnlyMemory<byte> rest = record[1..];
        ReadOnlyMemory<byte> data = Take(ref rest);
        var attachments = new List<ReadOnlyMemory<byte>>();
        while (!rest.IsEmpty)
        {
            attachments.Add(Take(ref rest));
        }

        return new EventPayload(data, attachments);
    }

    private static Span<byte> Append(Span<byte> target, ReadOnlySpan<byte> part)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, part.Length);
        part.CopyTo(target[sizeof(int)..]);
        return target[(sizeof(int) + part.Length)..];
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
        ReadOnlyMemory<byte> part = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return part;
    }
}

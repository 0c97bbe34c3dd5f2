using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Realtime.Core.Protocol;

namespace Realtime.Redis.Backplane;

/// <summary>Writes what <see cref="ByteReader"/> reads: strings and lists behind their length as a 7-bit encoded number.</summary>
/// <remarks>Confined to one thread.</remarks>
internal sealed class ByteWriter(int capacity)
{
    private readonly ArrayBufferWriter<byte> _output = new(capacity);

    internal void WriteByte(byte value) => _output.Write([value]);

    internal void WriteInt64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_output.GetSpan(sizeof(long)), value);
        _output.Advance(sizeof(long));
    }

    internal void WriteNumber(int number)
    {
        uint left = (uint)number;
        while (left >= 0x80)
        {
            WriteByte((byte)(left | 0x80));
            left >>= 7;
        }

        WriteByte((byte)left);
    }

    internal void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteNumber(bytes.Length);
        _output.Write(bytes);
    }

    internal void WriteString(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(length);
        Encoding.UTF8.GetBytes(text, _output.GetSpan(length));
        _output.Advance(length);
    }

    /// <summary>Writes a string if there is one; that there is has to be written before.</summary>
    internal void WriteOptional(string? text)
    {
        if (text is not null)
        {
            WriteString(text);
        }
    }

    internal void WriteStrings(IReadOnlyCollection<string> texts)
    {
        WriteNumber(texts.Count);
        foreach (string text in texts)
        {
            WriteString(text);
        }
    }

    internal void WritePairs(IReadOnlyDictionary<string, string> pairs)
    {
        WriteNumber(pairs.Count);
        foreach ((string name, string value) in pairs)
        {
            WriteString(name);
            WriteString(value);
        }
    }

    internal void WritePayload(EventPayload payload)
    {
        WriteBytes(payload.Data.Span);
        IReadOnlyList<ReadOnlyMemory<byte>> attachments = payload.Attachments ?? [];
        WriteNumber(attachments.Count);
        foreach (ReadOnlyMemory<byte> attachment in attachments)
        {
            WriteBytes(attachment.Span);
        }
    }

    internal byte[] ToArray() => _output.WrittenSpan.ToArray();
}

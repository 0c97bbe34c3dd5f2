using System.Buffers.Binary;
using System.Text;
using Realtime.Core.Protocol;

namespace Realtime.Redis.Backplane;

/// <summary>Reads what nodes and scripts have written, and never beyond it.</summary>
/// <remarks>Confined to one thread. Each member throws <see cref="InvalidDataException"/> when the bytes end too early or a length cannot be.</remarks>
internal ref struct ByteReader(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _left = bytes;

    internal readonly bool IsAtEnd => _left.IsEmpty;

    internal byte ReadByte() => Take(1).Span[0];

    internal ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)).Span);

    internal int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)).Span);

    internal long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)).Span);

    internal string ReadText(int length) => Encoding.UTF8.GetString(Take(length).Span);

    internal ReadOnlyMemory<byte> Take(int length)
    {
        if ((uint)length > (uint)_left.Length)
        {
            throw new InvalidDataException("What was read from Redis is shorter than it says.");
        }

        ReadOnlyMemory<byte> taken = _left[..length];
        _left = _left[length..];
        return taken;
    }

    /// <summary>Reads a 7-bit encoded number.</summary>
    internal int ReadNumber()
    {
        uint number = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            byte part = ReadByte();
            number |= (uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number <= int.MaxValue ? (int)number : throw new InvalidDataException("A length is too large.");
            }
        }

        throw new InvalidDataException("A length has no end.");
    }

    /// <summary>Reads the number of things that follow, each of a byte at least.</summary>
    internal int ReadCount()
    {
        int count = ReadNumber();
        return count <= _left.Length ? count : throw new InvalidDataException("There are fewer than there should be.");
    }

    internal ReadOnlyMemory<byte> ReadBytes() => Take(ReadNumber());

    internal string ReadString() => ReadText(ReadNumber());

    internal string[] ReadStrings()
    {
        int count = ReadCount();
        var texts = new string[count];
        for (int i = 0; i < count; i++)
        {
            texts[i] = ReadString();
        }

        return texts;
    }

    /// <summary>Reads an event or an answer: its JSON and its attachments.</summary>
    internal EventPayload ReadPayload()
    {
        ReadOnlyMemory<byte> data = ReadBytes();
        var attachments = new ReadOnlyMemory<byte>[ReadCount()];
        for (int i = 0; i < attachments.Length; i++)
        {
            attachments[i] = ReadBytes();
        }

        return new EventPayload(data, attachments);
    }

    internal Dictionary<string, string> ReadPairs()
    {
        int count = ReadCount();
        var pairs = new Dictionary<string, string>(count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < count; i++)
        {
            pairs[ReadString()] = ReadString();
        }

        return pairs;
    }
}

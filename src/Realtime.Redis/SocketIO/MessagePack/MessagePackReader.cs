using System.Buffers.Binary;

namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>Reads MessagePack, one token after the other. It never throws on what it reads and never looks beyond the end.</summary>
/// <remarks>Not thread-safe. A container whose items cannot all be there is refused at its head, so nothing is ever counted up that was not sent.</remarks>
internal ref struct MessagePackReader(ReadOnlyMemory<byte> message)
{
    private readonly ReadOnlyMemory<byte> _message = message;
    private int _position;

    /// <summary>Gets what was read.</summary>
    internal MessagePackKind Kind { get; private set; }

    internal long Signed { get; private set; }

    internal ulong Unsigned { get; private set; }

    internal double Float { get; private set; }

    /// <summary>Gets the number of items of an array, or of pairs of a map.</summary>
    internal int Count { get; private set; }

    /// <summary>Gets the bytes of a text, a binary value or an extension. They belong to the message.</summary>
    internal ReadOnlyMemory<byte> Bytes { get; private set; }

    internal sbyte ExtensionType { get; private set; }

    internal readonly bool IsAtEnd => _position == _message.Length;

    private readonly ReadOnlySpan<byte> Rest => _message.Span[_position..];

    /// <summary>Reads the next token.</summary>
    /// <returns>Whether there was a whole one; what it holds is only then set.</returns>
    internal bool Read()
    {
        if (Rest.IsEmpty)
        {
            return false;
        }

        byte code = Rest[0];
        _position++;
        return code switch
        {
            < 0x80 => SetUnsigned(code),
            < 0x90 => SetItems(MessagePackKind.Map, code & 0x0f),
            < 0xa0 => SetItems(MessagePackKind.Array, code & 0x0f),
            < 0xc0 => SetBytes(MessagePackKind.Text, code & 0x1f),
            >= 0xe0 => SetSigned((sbyte)code),
            0xc0 => Set(MessagePackKind.Nil),
            0xc2 => Set(MessagePackKind.False),
            0xc3 => Set(MessagePackKind.True),
            _ => ReadLong(code),
        };
    }

    /// <summary>Reads a text that is expected next.</summary>
    internal bool ReadText() => Read() && Kind == MessagePackKind.Text;

    private bool ReadLong(byte code) => code switch
    {
        >= 0xc4 and <= 0xc6 => TryTake(1 << (code - 0xc4), out ulong length) && SetBytes(MessagePackKind.Binary, length),
        >= 0xc7 and <= 0xc9 => TryTake(1 << (code - 0xc7), out ulong length) && SetExtension(length),
        0xca => TryTake(4, out ulong bits) && SetFloat(BitConverter.UInt32BitsToSingle((uint)bits)),
        0xcb => TryTake(8, out ulong bits) && SetFloat(BitConverter.UInt64BitsToDouble(bits)),
        >= 0xcc and <= 0xcf => TryTake(1 << (code - 0xcc), out ulong value) && SetUnsigned(value),
        >= 0xd0 and <= 0xd3 => TryTake(1 << (code - 0xd0), out ulong bits) && SetSigned(SignExtend(bits, 1 << (code - 0xd0))),
        >= 0xd4 and <= 0xd8 => SetExtension(1ul << (code - 0xd4)),
        >= 0xd9 and <= 0xdb => TryTake(1 << (code - 0xd9), out ulong length) && SetBytes(MessagePackKind.Text, length),
        0xdc or 0xdd => TryTake(2 << (code - 0xdc), out ulong count) && SetItems(MessagePackKind.Array, count),
        0xde or 0xdf => TryTake(2 << (code - 0xde), out ulong count) && SetItems(MessagePackKind.Map, count),
        _ => false,
    };

    private static long SignExtend(ulong bits, int size) => (long)(bits << (64 - (size * 8))) >> (64 - (size * 8));

    private bool TryTake(int size, out ulong value)
    {
        value = 0;
        if (Rest.Length < size)
        {
            return false;
        }

        value = size switch
        {
            1 => Rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(Rest),
            4 => BinaryPrimitives.ReadUInt32BigEndian(Rest),
            _ => BinaryPrimitives.ReadUInt64BigEndian(Rest),
        };
        _position += size;
        return true;
    }

    private bool Set(MessagePackKind kind)
    {
        Kind = kind;
        return true;
    }

    private bool SetUnsigned(ulong value)
    {
        Unsigned = value;
        return Set(MessagePackKind.Unsigned);
    }

    private bool SetSigned(long value)
    {
        Signed = value;
        return Set(MessagePackKind.Signed);
    }

    private bool SetFloat(double value)
    {
        Float = value;
        return Set(MessagePackKind.Float);
    }

    private bool SetItems(MessagePackKind kind, int count) => SetItems(kind, (ulong)count);

    // Every item has a byte at least, and every pair two.
    private bool SetItems(MessagePackKind kind, ulong count)
    {
        if (count * (kind == MessagePackKind.Map ? 2u : 1u) > (ulong)Rest.Length)
        {
            return false;
        }

        Count = (int)count;
        return Set(kind);
    }

    private bool SetBytes(MessagePackKind kind, int length) => SetBytes(kind, (ulong)length);

    private bool SetBytes(MessagePackKind kind, ulong length)
    {
        if (length > (ulong)Rest.Length)
        {
            return false;
        }

        Bytes = _message.Slice(_position, (int)length);
        _position += (int)length;
        return Set(kind);
    }

    private bool SetExtension(ulong length)
    {
        if (Rest.IsEmpty)
        {
            return false;
        }

        ExtensionType = (sbyte)Rest[0];
        _position++;
        return SetBytes(MessagePackKind.Extension, length);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>Writes MessagePack as notepack 3 does: every value in its shortest form, whole numbers as integers, no 32-bit floats.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class MessagePackWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    internal ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    internal MessagePackWriter Nil() => Byte(0xc0);

    internal MessagePackWriter Boolean(bool value) => Byte(value ? (byte)0xc3 : (byte)0xc2);

    internal MessagePackWriter Map(int count) => Head(count, 0x80, 0x10, 0xde);

    internal MessagePackWriter Array(int count) => Head(count, 0x90, 0x10, 0xdc);

    internal MessagePackWriter Text(string value) => Text(Encoding.UTF8.GetBytes(value)); // half of a surrogate pair becomes U+FFFD

    /// <summary>Writes a text. It has to be valid UTF-8: some readers end their process over anything else.</summary>
    internal MessagePackWriter Text(ReadOnlySpan<byte> utf8)
    {
        _ = utf8.Length switch
        {
            < 0x20 => Byte((byte)(0xa0 | utf8.Length)),
            <= byte.MaxValue => Sized(0xd9, (ulong)utf8.Length, 1),
            <= ushort.MaxValue => Sized(0xda, (ulong)utf8.Length, 2),
            _ => Sized(0xdb, (ulong)utf8.Length, 4),
        };
        _buffer.Write(utf8);
        return this;
    }

    internal MessagePackWriter Binary(ReadOnlySpan<byte> bytes)
    {
        _ = bytes.Length switch
        {
            <= byte.MaxValue => Sized(0xc4, (ulong)bytes.Length, 1),
            <= ushort.MaxValue => Sized(0xc5, (ulong)bytes.Length, 2),
            _ => Sized(0xc6, (ulong)bytes.Length, 4),
        };
        _buffer.Write(bytes);
        return this;
    }

    internal MessagePackWriter Integer(long value) => value switch
    {
        >= 0 => Integer((ulong)value),
        >= -0x20 => Byte((byte)value),
        >= sbyte.MinValue => Sized(0xd0, (ulong)value, 1),
        >= short.MinValue => Sized(0xd1, (ulong)value, 2),
        >= int.MinValue => Sized(0xd2, (ulong)value, 4),
        _ => Sized(0xd3, (ulong)value, 8),
    };

    internal MessagePackWriter Integer(ulong value) => value switch
    {
        < 0x80 => Byte((byte)value),
        <= byte.MaxValue => Sized(0xcc, value, 1),
        <= ushort.MaxValue => Sized(0xcd, value, 2),
        <= uint.MaxValue => Sized(0xce, value, 4),
        _ => Sized(0xcf, value, 8),
    };

    /// <summary>Writes a number as JavaScript has it: a whole one is an integer, as far as integers go.</summary>
    internal MessagePackWriter Number(double value) => value == Math.Floor(value) && Math.Abs(value) < long.MaxValue
        ? Integer((long)value)
        : Sized(0xcb, BitConverter.DoubleToUInt64Bits(value), 8);

    private MessagePackWriter Head(int count, byte shortCode, int shortLimit, byte longCode) =>
        count < shortLimit ? Byte((byte)(shortCode | count)) : count <= ushort.MaxValue ? Sized(longCode, (ulong)count, 2) : Sized((byte)(longCode + 1), (ulong)count, 4);

    private MessagePackWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    private MessagePackWriter Sized(byte code, ulong value, int size)
    {
        Span<byte> span = _buffer.GetSpan(9);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value << (64 - (size * 8))); // the bytes behind it are not taken
        _buffer.Advance(1 + size);
        return this;
    }
}

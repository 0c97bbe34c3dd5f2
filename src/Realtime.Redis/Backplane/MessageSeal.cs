using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Realtime.Redis.Backplane;

/// <summary>Signs what nodes write to Redis for others, and verifies what they read: the first 16 bytes of an HMAC-SHA256 behind the message, made of the namespace, the kind and the message.</summary>
/// <remarks>Immutable, thread-safe. Without keys it does nothing. The first key signs, all verify, so that keys may be exchanged while servers run.</remarks>
internal sealed class MessageSeal
{
    internal const byte Publication = (byte)'p';
    internal const byte Request = (byte)'r';
    private const int Length = 16;

    private readonly byte[][] _keys;
    private readonly byte[] _context;

    internal MessageSeal(IEnumerable<byte[]> keys, string context)
    {
        _keys = [.. keys.Select(static key => (byte[])key.Clone())];
        byte[] text = Encoding.UTF8.GetBytes(context);
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        _context = [.. length, .. text]; // with its length, so that no context is the beginning of another one
    }

    internal byte[] Seal(byte kind, byte[] message)
    {
        if (_keys.Length == 0)
        {
            return message;
        }

        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_keys[0], InputOf(kind, message), code);
        return [.. message, .. code[..Length]];
    }

    /// <summary>Verifies a message.</summary>
    /// <returns>The message without what was put behind it; <see langword="null"/> when nobody who has a key wrote it.</returns>
    internal ReadOnlyMemory<byte>? Open(byte kind, ReadOnlyMemory<byte> message)
    {
        if (_keys.Length == 0)
        {
            return message;
        }

        if (message.Length < Length)
        {
            return null;
        }

        ReadOnlyMemory<byte> signed = message[..^Length];
        byte[] input = InputOf(kind, signed.Span);
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        foreach (byte[] key in _keys)
        {
            HMACSHA256.HashData(key, input, code);
            if (CryptographicOperations.FixedTimeEquals(code[..Length], message.Span[^Length..]))
            {
                return signed;
            }
        }

        return null;
    }

    private byte[] InputOf(byte kind, ReadOnlySpan<byte> message) => [.. _context, kind, .. message];
}

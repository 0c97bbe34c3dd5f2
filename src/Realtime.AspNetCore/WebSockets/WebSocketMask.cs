using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Masks and unmasks payloads: byte i is combined with byte i mod 4 of the key by exclusive or (RFC 6455, section 5.3).</summary>
/// <remarks>Thread-safe.</remarks>
internal static class WebSocketMask
{
    /// <summary>Combines the payload with the key, in place.</summary>
    /// <param name="payload">The bytes to change.</param>
    /// <param name="key">The four bytes of the key, in memory order (<see cref="MemoryMarshal.Read{T}"/>).</param>
    /// <returns>The key for the bytes that follow, when the payload was only a part.</returns>
    public static uint Apply(Span<byte> payload, uint key)
    {
        ref byte bytes = ref MemoryMarshal.GetReference(payload);
        nuint length = (nuint)payload.Length;
        nuint done = 0;

        // Each step but the last is a multiple of four bytes long, so the key stays in phase.
        if (Vector256.IsHardwareAccelerated && length >= (nuint)Vector256<byte>.Count)
        {
            Vector256<byte> key256 = Vector256.Create(key).AsByte();
            for (nuint last = length - (nuint)Vector256<byte>.Count; done <= last; done += (nuint)Vector256<byte>.Count)
            {
                (Vector256.LoadUnsafe(ref bytes, done) ^ key256).StoreUnsafe(ref bytes, done);
            }
        }

        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte> key128 = Vector128.Create(key).AsByte();
            for (; length - done >= (nuint)Vector128<byte>.Count; done += (nuint)Vector128<byte>.Count)
            {
                (Vector128.LoadUnsafe(ref bytes, done) ^ key128).StoreUnsafe(ref bytes, done);
            }
        }

        for (; length - done >= sizeof(uint); done += sizeof(uint))
        {
            ref byte four = ref Unsafe.Add(ref bytes, done);
            Unsafe.WriteUnaligned(ref four, Unsafe.ReadUnaligned<uint>(ref four) ^ key);
        }

        for (; done < length; done++)
        {
            Unsafe.Add(ref bytes, done) ^= FirstByteOf(key);
            key = Rotate(key);
        }

        return key;
    }

    private static byte FirstByteOf(uint key) => (byte)(BitConverter.IsLittleEndian ? key : key >> 24);

    private static uint Rotate(uint key) => BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, 8) : BitOperations.RotateLeft(key, 8);
}

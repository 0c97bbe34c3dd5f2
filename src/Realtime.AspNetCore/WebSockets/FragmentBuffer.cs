using System.Buffers;
using System.Diagnostics;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>Gathers the fragments of one message in a rented array.</summary>
/// <remarks>Confined to the read loop. It exists only from a message's first fragment until the message was handled.</remarks>
internal sealed class FragmentBuffer(WebSocketOpcode kind, int limit)
{
    private byte[] _bytes = [];

    /// <summary>Text or binary, as the first fragment said.</summary>
    public WebSocketOpcode Kind { get; } = kind;

    /// <summary>The bytes gathered so far.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes rented: never more than the limit, but for the pool's rounding up to a power of two.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>True when the last fragment has been gathered.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Adds a fragment. The caller has checked the limit.</summary>
    /// <param name="fragment">The unmasked payload.</param>
    public void Append(ReadOnlySpan<byte> fragment)
    {
        Debug.Assert(!IsComplete && fragment.Length <= limit - Length, "Limits are enforced on headers, before a payload is gathered.");
        if (fragment.Length > _bytes.Length - Length)
        {
            Grow(Length + fragment.Length);
        }

        fragment.CopyTo(_bytes.AsSpan(Length));
        Length += fragment.Length;
    }

    /// <summary>Ends the message.</summary>
    /// <returns>Its bytes, valid until <see cref="Release"/>.</returns>
    public Memory<byte> Complete()
    {
        IsComplete = true;
        return _bytes.AsMemory(0, Length);
    }

    /// <summary>Gives the array back to the pool.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }

        Length = 0;
    }

    private void Grow(int needed)
    {
        // Doubling keeps the copying linear; as a long, because twice a large buffer is more than an int.
        long doubled = Math.Min(2L * _bytes.Length, limit);
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(doubled, needed));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        int length = Length;
        Release();
        _bytes = larger;
        Length = length;
    }
}

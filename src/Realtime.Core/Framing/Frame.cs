using System.Buffers;

namespace Realtime.Core.Framing;

/// <summary>One Engine.IO v4 frame.</summary>
/// <remarks>Immutable. The payload is valid as long as the message that it was read from.</remarks>
/// <param name="kind">What the frame is.</param>
/// <param name="isBinary">Whether the payload is binary; only messages can be.</param>
/// <param name="payload">The bytes behind the kind.</param>
public readonly struct Frame(FrameKind kind, bool isBinary, ReadOnlySequence<byte> payload)
{
    /// <summary>Gets what the frame is.</summary>
    public FrameKind Kind { get; } = kind;

    /// <summary>Gets a value indicating whether the payload is binary; only messages can be.</summary>
    public bool IsBinary { get; } = isBinary;

    /// <summary>Gets the bytes behind the kind.</summary>
    public ReadOnlySequence<byte> Payload { get; } = payload;
}

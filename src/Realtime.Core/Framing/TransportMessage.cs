using System.Buffers;

namespace Realtime.Core.Framing;

/// <summary>One unit that a transport carries: a text or a binary message with its boundaries kept.</summary>
/// <remarks>Immutable. The bytes belong to whoever handed the message over and are valid only during that call.</remarks>
/// <param name="isBinary">Whether the message is binary.</param>
/// <param name="data">The bytes; UTF-8 when the message is text.</param>
public readonly struct TransportMessage(bool isBinary, ReadOnlySequence<byte> data)
{
    /// <summary>Gets a value indicating whether the message is binary.</summary>
    public bool IsBinary { get; } = isBinary;

    /// <summary>Gets the bytes; UTF-8 when the message is text.</summary>
    public ReadOnlySequence<byte> Data { get; } = data;

    /// <summary>Makes a message of contiguous bytes.</summary>
    /// <param name="isBinary">Whether the message is binary.</param>
    /// <param name="data">The bytes.</param>
    /// <returns>The message.</returns>
    public static TransportMessage Create(bool isBinary, ReadOnlyMemory<byte> data) => new(isBinary, new ReadOnlySequence<byte>(data));
}

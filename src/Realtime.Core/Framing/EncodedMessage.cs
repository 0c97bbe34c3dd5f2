namespace Realtime.Core.Framing;

/// <summary>One message of an <see cref="EncodedPacket"/>, as transports with message boundaries send it.</summary>
/// <remarks>Immutable. Valid as long as the packet is.</remarks>
/// <param name="IsBinary">Whether the message is binary: then it is bare data. Text starts with the digit of its frame.</param>
/// <param name="Data">The bytes without any transport header.</param>
public readonly record struct EncodedMessage(bool IsBinary, ReadOnlyMemory<byte> Data);

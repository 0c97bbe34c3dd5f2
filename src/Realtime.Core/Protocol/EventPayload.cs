namespace Realtime.Core.Protocol;

/// <summary>The payload of an event or an acknowledgement, ready for any codec: a JSON array with placeholders, and the binary values they refer to.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Data">The JSON array in UTF-8.</param>
/// <param name="Attachments">The binary values; empty when there are none.</param>
public readonly record struct EventPayload(ReadOnlyMemory<byte> Data, IReadOnlyList<ReadOnlyMemory<byte>> Attachments);

namespace Realtime.Core.Protocol;

/// <summary>One argument as it came: JSON, and the attachments that its placeholders refer to. It can be emitted again as it is.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Json">The JSON value in UTF-8.</param>
/// <param name="Attachments">The attachments of the whole packet; empty when it had none.</param>
public readonly record struct EventArgument(ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments);

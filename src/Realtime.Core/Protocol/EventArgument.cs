using System.Text.Json;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Protocol;

/// <summary>One argument as it came: JSON, and the attachments that its placeholders refer to. It can be emitted again as it is.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Json">The JSON value in UTF-8.</param>
/// <param name="Attachments">The attachments of the whole packet; empty when it had none.</param>
public readonly record struct EventArgument(ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    /// <summary>Gets the bytes of an argument that is one binary value. Text that happens to be base64 is none.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Whether it is.</returns>
    public bool TryGetBinary(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (Attachments is not { Count: > 0 })
        {
            return false;
        }

        var reader = new Utf8JsonReader(Json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !Placeholder.TryRead(ref reader, out int number) || number >= Attachments.Count)
        {
            return false;
        }

        bytes = Attachments[number];
        return true;
    }
}

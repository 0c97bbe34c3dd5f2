using System.Text.Json;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>Reads what the server answers to <c>$rt:resend</c>: <c>{"sent":3}</c>, or <c>{"gone":{"from":1043,"to":1044},"sent":1}</c>, or an error.</summary>
internal static class ResendAnswer
{
    /// <summary>Reads what the server does not have any more.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="asked">What was asked for: nothing else can be gone by this answer.</param>
    /// <returns>After an error all of it; <see langword="null"/> when all of it is on its way, or when the answer says something else.</returns>
    internal static StreamGap? ReadGone(EventArguments answer, StreamGap asked)
    {
        if (answer.Count != 1)
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(answer[0].Json);
        if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error"u8, out _))
        {
            return asked;
        }

        if (json.RootElement.ValueKind != JsonValueKind.Object
            || !json.RootElement.TryGetProperty("gone"u8, out JsonElement gone) || gone.ValueKind != JsonValueKind.Object
            || !TryReadOffset(gone, "from"u8, out long from) || !TryReadOffset(gone, "to"u8, out long to))
        {
            return null;
        }

        from = Math.Max(from, asked.From);
        to = Math.Min(to, asked.To ?? asked.From);
        return from <= to ? new StreamGap(asked.Stream, from, to) : null;
    }

    private static bool TryReadOffset(JsonElement parent, ReadOnlySpan<byte> name, out long offset)
    {
        offset = 0;
        return parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out offset);
    }
}

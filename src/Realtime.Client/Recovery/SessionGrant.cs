using System.Text.Json;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>What a server answers that grants a session of version 1.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="IsRecovered">Whether it is the session from before.</param>
/// <param name="Received">The number of the last message that the server has taken from this session.</param>
/// <param name="Window">How many messages may be unconfirmed.</param>
/// <param name="Gaps">What the server cannot give any more.</param>
internal sealed record SessionGrant(bool IsRecovered, long Received, int Window, IReadOnlyList<StreamGap> Gaps)
{
    /// <summary>The key in the <c>auth</c> object and in the answer.</summary>
    internal const string Key = "$realtime";

    /// <summary>Reads the value of the key.</summary>
    /// <returns><see langword="null"/> when it is not what version 1 answers.</returns>
    internal static SessionGrant? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object
            || !TryReadNumber(value, "v"u8, out long version) || version != 1
            || !value.TryGetProperty("recovered"u8, out JsonElement recovered) || recovered.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
            || !TryReadNumber(value, "received"u8, out long received)
            || !TryReadNumber(value, "window"u8, out long window) || window is < 1 or > int.MaxValue)
        {
            return null;
        }

        return ReadGaps(value) is { } gaps ? new SessionGrant(recovered.GetBoolean(), received, (int)window, gaps) : null;
    }

    private static List<StreamGap>? ReadGaps(JsonElement value)
    {
        List<StreamGap> gaps = [];
        if (!value.TryGetProperty("gaps"u8, out JsonElement array))
        {
            return gaps;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object
                || !item.TryGetProperty("stream"u8, out JsonElement stream) || !item.TryGetProperty("from"u8, out JsonElement from) || !item.TryGetProperty("to"u8, out JsonElement to)
                || StreamNotice.ReadGap(stream, from, to) is not { } gap)
            {
                return null;
            }

            gaps.Add(gap);
        }

        return gaps;
    }

    private static bool TryReadNumber(JsonElement parent, ReadOnlySpan<byte> name, out long number)
    {
        number = 0;
        return parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number) && number >= 0;
    }
}

using System.Text.Json;
using Realtime.Client.Sending;
using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>
/// Reads what a server of ours tells about tokens: <c>{"state":"expiring","graceMs":…}</c>, <c>{"state":"expired"}</c>, <c>{"state":"revoked"}</c>; and about itself: <c>{"after":1250}</c>.
/// </summary>
internal static class ServerNotice
{
    private const double MaxAwayMilliseconds = 60_000; // as docs/protocol/recovery.md says: a mistake of a server must not keep its clients away

    internal static bool EndsToken(in EventArgument argument) => ReadState(in argument, out _) is "expired" or "revoked";

    /// <summary>Reads how long to stay away from a server that stops.</summary>
    /// <returns><see langword="null"/> when it makes no sense.</returns>
    internal static TimeSpan? ReadAway(in EventArgument argument)
    {
        using JsonDocument json = JsonDocument.Parse(argument.Json);
        return json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty("after"u8, out JsonElement time) && time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out double milliseconds) && milliseconds >= 0
            ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, MaxAwayMilliseconds))
            : null;
    }

    /// <summary>Reads the state of the token.</summary>
    /// <returns>The state, and the time that is left.</returns>
    internal static string? ReadState(in EventArgument argument, out TimeSpan grace)
    {
        using JsonDocument json = JsonDocument.Parse(argument.Json);
        grace = json.RootElement.ValueKind == JsonValueKind.Object
            && json.RootElement.TryGetProperty("graceMs"u8, out JsonElement time) && time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out double milliseconds) && milliseconds is >= 0 and < 1e15
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.Zero;
        return AckError.ReadText(json.RootElement, "state"u8);
    }
}

using System.Text.Json;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>Recognises how a server of ours refuses an event: <c>{"error":{"code":"…","message":"…"}}</c> as the only argument of the acknowledgement.</summary>
internal static class AckError
{
    /// <summary>Reads an acknowledgement.</summary>
    /// <returns>What it refuses with; <see langword="null"/> when it is an ordinary answer, such as one of another server that has a member called "error".</returns>
    internal static EmitRefusedException? Find(string eventName, EventArguments answer)
    {
        if (answer.Count != 1 || !answer[0].Json.Span.StartsWith("{\"error\":{"u8))
        {
            return null;
        }

        using JsonDocument json = JsonDocument.Parse(answer[0].Json);
        JsonElement root = json.RootElement;
        JsonElement error = root.GetProperty("error"u8);
        if (root.GetPropertyCount() != 1 || ReadText(error, "code"u8) is not { } code || ReadText(error, "message"u8) is not { } message)
        {
            return null;
        }

        return new EmitRefusedException(eventName, code, message, ReadText(error, "member"u8), ReadTime(error));
    }

    /// <summary>Reads the time after which to try again.</summary>
    internal static TimeSpan? ReadTime(JsonElement error) =>
        error.TryGetProperty("retryAfter"u8, out JsonElement time) && time.ValueKind == JsonValueKind.Number && time.TryGetDouble(out double milliseconds) && milliseconds is >= 0 and < int.MaxValue
            ? TimeSpan.FromMilliseconds(milliseconds)
            : null;

    internal static string? ReadText(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}

using System.Buffers;
using System.Text.Json;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>What a client is told of its ticket: as the event <c>$rt:auth</c>, or as the acknowledgement of its own <c>$rt:auth</c>.</summary>
/// <remarks>States: <c>expiring</c> (with <c>graceMs</c>), <c>active</c> (with <c>expiresInMs</c> if it ends), <c>expired</c>, <c>revoked</c>, and <c>error</c> in place of a state.</remarks>
internal static class AuthenticationPayload
{
    internal static EventPayload Expiring(TimeSpan grace) => Write(isEvent: true, "expiring", "graceMs", grace, code: null, retryAfter: null);

    internal static EventPayload Ended(string state) => Write(isEvent: true, state, "", null, code: null, retryAfter: null);

    internal static EventPayload Active(bool isEvent, TimeSpan? expiresIn) => Write(isEvent, "active", "expiresInMs", expiresIn, code: null, retryAfter: null);

    internal static EventPayload Refused(bool isEvent, string code, TimeSpan? retryAfter) => Write(isEvent, "", "", null, code, retryAfter);

    private static EventPayload Write(bool isEvent, string state, string timeName, TimeSpan? time, string? code, TimeSpan? retryAfter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            if (isEvent)
            {
                json.WriteStringValue(ReservedEvents.Authentication);
            }

            json.WriteStartObject();
            if (code is null)
            {
                json.WriteString("state"u8, state);
            }
            else
            {
                json.WriteStartObject("error"u8);
                json.WriteString("code"u8, code);
                json.WriteString("message"u8, "The ticket was not refreshed.");
            }

            if ((time ?? retryAfter) is { } span)
            {
                json.WriteNumber(code is null ? timeName : "retryAfter", (long)Math.Ceiling(Math.Min(span.TotalMilliseconds, 9e15)));
            }

            if (code is not null)
            {
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndArray();
        }

        return new EventPayload(buffer.WrittenMemory, []);
    }
}

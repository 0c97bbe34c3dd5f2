using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Realtime.Core.Diagnostics;

namespace Realtime.Core.Protocol.Json;

/// <summary>How clients are told of an error: <c>{"error":{"code":"…","message":"…"}}</c> as the single argument of an acknowledgement, or of the event <c>$rt:error</c>.</summary>
/// <remarks>More members where they are known: <c>event</c>, <c>member</c> (what does not fit, as a path), <c>retryAfter</c> (milliseconds).</remarks>
internal static class ErrorPayload
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static EventPayload Create(ErrorCode code, string message) => Create(new ErrorDetails(code, message));

    /// <summary>Makes the acknowledgement of a refused event.</summary>
    internal static EventPayload Create(ErrorDetails error) => Write(error, eventName: null);

    /// <summary>Makes the event that tells of a refused one.</summary>
    internal static EventPayload CreateEvent(ErrorDetails error) => Write(error, ReservedEvents.Error);

    private static EventPayload Write(ErrorDetails error, string? eventName)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartArray();
            if (eventName is not null)
            {
                json.WriteStringValue(eventName);
            }

            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, error.Code.ToText());
            json.WriteString("message"u8, error.Message);
            WriteMore(json, error);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return new EventPayload(buffer.WrittenMemory, []);
    }

    private static void WriteMore(Utf8JsonWriter json, ErrorDetails error)
    {
        if (error.EventName is not null)
        {
            json.WriteString("event"u8, error.EventName);
        }

        if (error.Member is not null)
        {
            json.WriteString("member"u8, error.Member);
        }

        WriteRetryAfter(json, error.RetryAfter);
    }

    private static void WriteRetryAfter(Utf8JsonWriter json, TimeSpan? retryAfter)
    {
        if (retryAfter is { } after)
        {
            json.WriteNumber("retryAfter"u8, (long)Math.Ceiling(after.TotalMilliseconds));
        }
    }

    /// <summary>Makes the data of a refusal by the server itself: <c>{"code":"…","retryAfter":…}</c>.</summary>
    internal static ReadOnlyMemory<byte> CreateRefusalData(string code, TimeSpan? retryAfter)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("code"u8, code);
            WriteRetryAfter(json, retryAfter);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Makes the payload of a refusal: an object with the message, and data when there is any.</summary>
    internal static ReadOnlyMemory<byte> CreateRefusal(string message, ReadOnlyMemory<byte>? data)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("message"u8, message);
            if (data is { } more)
            {
                json.WritePropertyName("data"u8);
                json.WriteRawValue(more.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

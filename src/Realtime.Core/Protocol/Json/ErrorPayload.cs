using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Realtime.Core.Diagnostics;

namespace Realtime.Core.Protocol.Json;

/// <summary>How clients are told of an error: <c>{"error":{"code":"…","message":"…"}}</c> as the single argument of an acknowledgement.</summary>
internal static class ErrorPayload
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static EventPayload Create(ErrorCode code, string message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("code"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()));
            json.WriteString("message"u8, message);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return new EventPayload(buffer.WrittenMemory, []);
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

using System.Globalization;
using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;

namespace Realtime.Redis.SocketIO;

/// <summary>Writes and reads what nodes tell of their sockets.</summary>
internal static class SocketFormat
{
    private const string JavaScriptTime = "ddd MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'"; // of Date.toString()

    internal static void Write(Utf8JsonWriter json, IReadOnlyList<SocketDescription> sockets)
    {
        json.WriteStartArray("sockets"u8);
        foreach (SocketDescription socket in sockets)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, socket.Id);
            WriteHandshake(json, socket);
            NodeFormat.WriteNames(json, "rooms", socket.Rooms);
            json.WritePropertyName("data"u8);
            WriteObject(json, socket.Data);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static IReadOnlyList<SocketDescription>? Read(JsonElement? sockets) => sockets is { ValueKind: JsonValueKind.Array } array
        ? [.. array.EnumerateArray().Select(Read).OfType<SocketDescription>()]
        : null;

    private static SocketDescription? Read(JsonElement socket)
    {
        if (NodeMessage.FindText(socket, "id") is not { } id)
        {
            return null;
        }

        JsonElement handshake = NodeMessage.Find(socket, "handshake") ?? default;
        return new SocketDescription(
            id,
            NodeMessage.ReadNames(NodeMessage.Find(socket, "rooms")),
            NodeMessage.Find(socket, "data") is { } data ? NodeMessage.RawOf(data) : default,
            ReadHandshake(handshake),
            NodeMessage.Find(handshake, "auth") is { } auth ? NodeMessage.RawOf(auth) : "{}"u8.ToArray());
    }

    private static BasicHandshake ReadHandshake(JsonElement handshake) => new()
    {
        Time = NodeMessage.Find(handshake, "issued") is { ValueKind: JsonValueKind.Number } issued && issued.TryGetInt64(out long milliseconds)
            ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()))
            : default,
        Address = NodeMessage.FindText(handshake, "address") ?? "",
        Url = NodeMessage.FindText(handshake, "url") ?? "/",
        IsSecure = NodeMessage.FindBoolean(handshake, "secure") ?? false,
        Query = ReadValues(NodeMessage.Find(handshake, "query"), static values => values[^1]),
        Headers = ReadValues(NodeMessage.Find(handshake, "headers"), static values => string.Join(", ", values)),
    };

    private static Dictionary<string, string> ReadValues(JsonElement? values, Func<string[], string> join)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        if (values is { ValueKind: JsonValueKind.Object } found)
        {
            foreach (JsonProperty value in found.EnumerateObject())
            {
                read[value.Name] = value.Value.ValueKind == JsonValueKind.Array && value.Value.GetArrayLength() > 0
                    ? join([.. value.Value.EnumerateArray().Select(static item => item.ToString())])
                    : value.Value.ToString();
            }
        }

        return read;
    }

    private static void WriteHandshake(Utf8JsonWriter json, SocketDescription socket)
    {
        IHandshake handshake = socket.Handshake;
        json.WriteStartObject("handshake"u8);
        WriteValues(json, "headers", handshake.Headers);
        json.WriteString("time"u8, handshake.Time.ToUniversalTime().ToString(JavaScriptTime, CultureInfo.InvariantCulture));
        json.WriteString("address"u8, handshake.Address);
        json.WriteBoolean("xdomain"u8, handshake.Headers.ContainsKey("origin"));
        json.WriteBoolean("secure"u8, handshake.IsSecure);
        json.WriteNumber("issued"u8, handshake.Time.ToUnixTimeMilliseconds());
        json.WriteString("url"u8, handshake.Url);
        WriteValues(json, "query", handshake.Query);
        json.WritePropertyName("auth"u8);
        WriteObject(json, socket.Auth);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> values)
    {
        json.WriteStartObject(name);
        foreach ((string key, string value) in values)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    // On Node both are objects unless the application made something else of them.
    private static void WriteObject(Utf8JsonWriter json, ReadOnlyMemory<byte> value) =>
        json.WriteRawValue(value.IsEmpty || value.Span.SequenceEqual("null"u8) ? "{}"u8 : value.Span, skipInputValidation: true);
}

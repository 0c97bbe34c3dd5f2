using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Realtime.Core.Backplane;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO.MessagePack;

namespace Realtime.Redis.SocketIO;

/// <summary>Writes what both adapters of Node have in common: packets and options, in JSON and in MessagePack.</summary>
internal static class NodeFormat
{
    /// <summary>The type of a packet that is an event.</summary>
    internal const int EventPacket = 2;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MessagePackToJson.MaxDepth };

    /// <summary>Writes a JSON object.</summary>
    internal static byte[] WriteObject(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static void WriteNames(Utf8JsonWriter json, string property, IEnumerable<string> names)
    {
        json.WriteStartArray(property);
        foreach (string name in names)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }

    /// <summary>Gets the rooms and sockets that are left out: the sender is one of them.</summary>
    internal static string[] ExceptOf(Audience audience) =>
        [.. (audience.Sender is { } sender ? [.. audience.Except, sender] : audience.Except).Distinct(StringComparer.Ordinal)];

    internal static string[] RoomsOf(Audience audience) => [.. audience.Rooms.Distinct(StringComparer.Ordinal)];

    /// <summary>Writes the options as JSON; flags are left out where there never are any.</summary>
    internal static void WriteOptions(Utf8JsonWriter json, Audience audience, EmitOptions? flags)
    {
        json.WriteStartObject("opts"u8);
        WriteNames(json, "rooms", RoomsOf(audience));
        WriteNames(json, "except", ExceptOf(audience));
        if (flags is { } found)
        {
            json.WriteStartObject("flags"u8);
            if (found.IsVolatile)
            {
                json.WriteBoolean("volatile"u8, true);
            }

            if (!found.Compress)
            {
                json.WriteBoolean("compress"u8, false);
            }

            if (found.Milliseconds is { } timeout)
            {
                json.WriteNumber("timeout"u8, timeout);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Writes the options as MessagePack.</summary>
    internal static void WriteOptions(MessagePackWriter writer, Audience audience, EmitOptions flags)
    {
        WriteNames(writer.Map(3).Text("rooms"u8), RoomsOf(audience));
        WriteNames(writer.Text("except"u8), ExceptOf(audience));
        WriteFlags(writer, flags);
    }

    /// <summary>Writes the options as the emitter of Node does, whose members stand in another order.</summary>
    internal static void WriteEmitterOptions(MessagePackWriter writer, Audience audience, EmitOptions flags)
    {
        WriteNames(writer.Map(3).Text("rooms"u8), RoomsOf(audience));
        WriteFlags(writer, flags);
        WriteNames(writer.Text("except"u8), ExceptOf(audience));
    }

    /// <summary>Reads a publication of an event from a packet and its options.</summary>
    /// <returns>The event; <see langword="null"/> when it is something else.</returns>
    internal static Publication? ReadEvent(NodeMessage message, Core.Identifiers.NamespacePath path, JsonElement packet, JsonElement? options)
    {
        if (NodeMessage.FindInteger(packet, "type") != EventPacket || message.ReadEvent(NodeMessage.Find(packet, "data")) is not { } payload)
        {
            return null;
        }

        JsonElement flags = options is { } found ? NodeMessage.Find(found, "flags") ?? default : default;
        return new Publication
        {
            Kind = PublicationKind.Event,
            Namespace = path,
            Audience = NodeMessage.ReadAudience(options),
            Payload = payload,
            IsVolatile = NodeMessage.FindBoolean(flags, "volatile") ?? false,
            Compress = NodeMessage.FindBoolean(flags, "compress") ?? true,
        };
    }

    /// <summary>Writes a payload as JSON, as <c>JSON.stringify</c> does it: binary values become <c>{"type":"Buffer","data":[…]}</c>.</summary>
    internal static void WriteText(Utf8JsonWriter json, ReadOnlyMemory<byte> data, IReadOnlyList<ReadOnlyMemory<byte>>? binaries)
    {
        if (binaries is not { Count: > 0 })
        {
            json.WriteRawValue(data.Span, skipInputValidation: true);
            return;
        }

        WriteText(json, JsonElement.Parse(data.Span, new JsonDocumentOptions { MaxDepth = MessagePackToJson.MaxDepth }), binaries);
    }

    private static void WriteText(Utf8JsonWriter json, JsonElement value, IReadOnlyList<ReadOnlyMemory<byte>> binaries)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when NodeMessage.FindBoolean(value, "_placeholder") == true && NodeMessage.FindInteger(value, "num") is { } number && number >= 0 && number < binaries.Count:
                json.WriteStartObject();
                json.WriteString("type"u8, "Buffer"u8);
                json.WriteStartArray("data"u8);
                foreach (byte item in binaries[number].Span)
                {
                    json.WriteNumberValue(item);
                }

                json.WriteEndArray();
                json.WriteEndObject();
                break;
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    json.WritePropertyName(property.Name);
                    WriteText(json, property.Value, binaries);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (JsonElement item in value.EnumerateArray())
                {
                    WriteText(json, item, binaries);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteRawValue(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                break;
        }
    }

    private static void WriteFlags(MessagePackWriter writer, EmitOptions flags)
    {
        writer.Text("flags"u8).Map((flags.IsVolatile ? 1 : 0) + (flags.Compress ? 0 : 1) + (flags.Milliseconds is null ? 0 : 1));
        if (flags.IsVolatile)
        {
            writer.Text("volatile"u8).Boolean(true);
        }

        if (!flags.Compress)
        {
            writer.Text("compress"u8).Boolean(false);
        }

        if (flags.Milliseconds is { } timeout)
        {
            writer.Text("timeout"u8).Integer(timeout);
        }
    }

    private static void WriteNames(MessagePackWriter writer, string[] names)
    {
        writer.Array(names.Length);
        foreach (string name in names)
        {
            writer.Text(name);
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO.MessagePack;

namespace Realtime.Redis.SocketIO;

/// <summary>A message of another node: JSON, also where it came as MessagePack, and its binary values.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class NodeMessage
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = MessagePackToJson.MaxDepth };

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _binaries;

    private NodeMessage(JsonElement root, IReadOnlyList<ReadOnlyMemory<byte>> binaries)
    {
        Root = root;
        _binaries = binaries;
    }

    internal JsonElement Root { get; }

    /// <summary>Reads a message: text that begins with a brace, anything else as MessagePack.</summary>
    /// <returns>The message; <see langword="null"/> when it is neither.</returns>
    internal static NodeMessage? TryRead(ReadOnlyMemory<byte> message)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> binaries = [];
        ReadOnlyMemory<byte> json = message;
        if (message.IsEmpty || (message.Span[0] == (byte)'{' ? !Utf8.IsValid(message.Span) : !MessagePackToJson.TryRead(message, out json, out binaries)))
        {
            return null;
        }

        try
        {
            return new NodeMessage(JsonElement.Parse(json.Span, s_options), binaries);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement found) ? found : null;

    internal static string? FindText(JsonElement parent, string name) => Find(parent, name) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    internal static int? FindInteger(JsonElement parent, string name) =>
        Find(parent, name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out int value) ? value : null;

    internal static bool? FindBoolean(JsonElement parent, string name) =>
        Find(parent, name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } found ? found.GetBoolean() : null;

    /// <summary>Reads names of rooms. On Node they may be numbers.</summary>
    internal static string[] ReadNames(JsonElement? names) => names is { ValueKind: JsonValueKind.Array } array
        ? [.. array.EnumerateArray().Where(static name => name.ValueKind is JsonValueKind.String or JsonValueKind.Number).Select(static name => name.ToString())]
        : [];

    /// <summary>Reads the options that say who is addressed.</summary>
    internal static Audience ReadAudience(JsonElement? options) => options is { } found
        ? new Audience { Rooms = ReadNames(Find(found, "rooms")), Except = ReadNames(Find(found, "except")) }
        : Audience.Everyone;

    internal static TimeSpan? ReadTimeout(JsonElement? options) =>
        options is { } found && Find(found, "flags") is { } flags && Find(flags, "timeout") is { ValueKind: JsonValueKind.Number } timeout
            && timeout.TryGetDouble(out double milliseconds) && milliseconds is >= 0 and < int.MaxValue
                ? TimeSpan.FromMilliseconds(milliseconds)
                : null;

    /// <summary>Gets the JSON of a value as it came.</summary>
    internal static ReadOnlyMemory<byte> RawOf(JsonElement value) => JsonMarshal.GetRawUtf8Value(value).ToArray();

    internal static string TextOf(double value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the array of an event: its name, which may be a number, and its arguments.</summary>
    /// <returns>The event; <see langword="null"/> when it is none.</returns>
    internal EventPayload? ReadEvent(JsonElement? data) =>
        data is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > 0 && array[0].ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? new EventPayload(RawOf(data.Value), _binaries)
            : null;

    /// <summary>Reads an answer, which has one argument or, where JavaScript had <c>undefined</c>, none.</summary>
    internal EventArguments ReadAnswer(JsonElement? argument)
    {
        byte[] data = argument is { } found ? [(byte)'[', .. RawOf(found).Span, (byte)']'] : "[]"u8.ToArray();
        var packet = new Packet { Kind = PacketKind.Ack, Namespace = NamespacePath.Root.Utf8Memory, Data = data, Attachments = _binaries };
        return EventArguments.From(in packet);
    }
}

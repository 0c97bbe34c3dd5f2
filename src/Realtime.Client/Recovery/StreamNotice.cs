using System.Runtime.InteropServices;
using System.Text.Json;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>What the server tells about a stream: <c>$rt:at</c>, <c>$rt:end</c>, <c>$rt:skip</c>, <c>$rt:gap</c>.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Kind">The name of the event.</param>
/// <param name="Position">The stream, with its place where there is one.</param>
/// <param name="Replaced">The stream that goes on as this one.</param>
/// <param name="Last">The last offset of that one; <see langword="null"/> when nobody knows it.</param>
/// <param name="Gap">What is lost.</param>
internal sealed record StreamNotice(string Kind, StreamPosition Position, string? Replaced = null, long? Last = null, StreamGap Gap = default)
{
    internal const string At = "$rt:at";
    internal const string End = "$rt:end";
    internal const string Skip = "$rt:skip";
    internal const string Lost = "$rt:gap";

    /// <summary>Reads a notice.</summary>
    /// <param name="packet">An event whose name begins with <c>$rt:</c>.</param>
    /// <param name="notice">The notice; <see langword="null"/> when the event does not have the form of its name.</param>
    /// <returns>Whether the event is about a stream.</returns>
    internal static bool TryRead(in Packet packet, out StreamNotice? notice)
    {
        ReadOnlySpan<byte> name = packet.EventName.Span;
        string? kind = name.SequenceEqual("$rt:at"u8) ? At : name.SequenceEqual("$rt:end"u8) ? End : name.SequenceEqual("$rt:skip"u8) ? Skip : name.SequenceEqual("$rt:gap"u8) ? Lost : null;
        notice = null;
        if (kind is null)
        {
            return false;
        }

        using JsonDocument json = JsonDocument.Parse(packet.Data);
        JsonElement[] arguments = [.. json.RootElement.EnumerateArray().Skip(1)];
        notice = kind switch
        {
            At => ReadAt(arguments),
            End => arguments.Length >= 1 && ReadId(arguments[0]) is { } id ? new StreamNotice(End, new StreamPosition(id, 0)) : null,
            Skip => arguments.Length >= 1 && ReadPosition(arguments[0]) is { } position ? new StreamNotice(Skip, position) : null,
            _ => arguments.Length >= 3 && ReadGap(arguments[0], arguments[1], arguments[2]) is { } gap ? new StreamNotice(Lost, new StreamPosition(gap.Stream, 0), Gap: gap) : null,
        };
        return true;
    }

    /// <summary>Reads what is lost.</summary>
    /// <returns><see langword="null"/> when it makes no sense.</returns>
    internal static StreamGap? ReadGap(JsonElement stream, JsonElement from, JsonElement to)
    {
        if (ReadId(stream) is not { } id || ReadOffset(from) is not >= 1)
        {
            return null;
        }

        long first = from.GetInt64();
        if (to.ValueKind == JsonValueKind.Null)
        {
            return new StreamGap(id, first, null);
        }

        return ReadOffset(to) is { } last && last >= first ? new StreamGap(id, first, last) : null;
    }

    private static StreamNotice? ReadAt(JsonElement[] arguments)
    {
        if (arguments.Length < 1 || ReadPosition(arguments[0]) is not { } position)
        {
            return null;
        }

        if (arguments.Length < 3)
        {
            return arguments.Length == 1 ? new StreamNotice(At, position) : null;
        }

        bool isUnknown = arguments[2].ValueKind == JsonValueKind.Null;
        return ReadId(arguments[1]) is { } old && (isUnknown || ReadOffset(arguments[2]) is not null)
            ? new StreamNotice(At, position, old, isUnknown ? null : arguments[2].GetInt64())
            : null;
    }

    private static long? ReadOffset(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long offset) && offset >= 0 ? offset : null;

    private static StreamPosition? ReadPosition(JsonElement value) =>
        StreamPosition.TryParse(TextOf(value), out StreamPosition position) ? position : null;

    // An id is what could stand before the colon of a position.
    private static string? ReadId(JsonElement value) =>
        StreamPosition.TryParse((byte[])[.. TextOf(value), (byte)':', (byte)'0'], out StreamPosition position) ? position.Stream : null;

    // As it stands there: nothing that is URL-safe has to be escaped.
    private static ReadOnlySpan<byte> TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(value)[1..^1] : default;
}

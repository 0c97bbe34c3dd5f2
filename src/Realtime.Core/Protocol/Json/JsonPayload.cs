// CONNECT        none or an object            DISCONNECT  none
// EVENT          non-empty array, first item a string that is not reserved, or a number
// ACK            array                        CONNECT_ERROR  object or string
using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

/// <summary>Checks payloads and finds the name of an event in them. One pass over the bytes and no allocation, unless there are attachments.</summary>
internal static class JsonPayload
{
    internal static bool TryComplete(ref Packet packet, PacketLimits limits)
    {
        if (packet.Data.IsEmpty)
        {
            return packet.Kind is PacketKind.Connect or PacketKind.Disconnect;
        }

        try
        {
            return packet.Kind switch
            {
                PacketKind.Connect => Is(packet.Data.Span, limits, JsonTokenType.StartObject),
                PacketKind.Event => TryCompleteEvent(ref packet, limits),
                PacketKind.Ack => Is(packet.Data.Span, limits, JsonTokenType.StartArray) && HasValidPlaceholders(in packet),
                PacketKind.ConnectError => Is(packet.Data.Span, limits, JsonTokenType.StartObject, JsonTokenType.String),
                _ => false,
            };
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Is(ReadOnlySpan<byte> json, PacketLimits limits, JsonTokenType expected, JsonTokenType alternative = JsonTokenType.None)
    {
        Utf8JsonReader reader = CreateReader(json, limits);
        reader.Read();
        return (reader.TokenType == expected || reader.TokenType == alternative) && ReadToEnd(ref reader);
    }

    private static bool TryCompleteEvent(ref Packet packet, PacketLimits limits)
    {
        Utf8JsonReader reader = CreateReader(packet.Data.Span, limits);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray || !reader.Read())
        {
            return false;
        }

        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
        {
            return false;
        }

        ReadOnlyMemory<byte> name;
        if (reader.TokenType == JsonTokenType.String)
        {
            name = reader.ValueIsEscaped ? Unescape(ref reader) : packet.Data.Slice((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        }
        else
        {
            name = packet.Data.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length);
        }

        packet = packet with { EventName = name, ArgumentsOffset = (int)reader.BytesConsumed };
        return name.Length <= limits.MaxEventNameBytes && !ReservedEvents.Contains(name.Span) && ReadToEnd(ref reader) && HasValidPlaceholders(in packet);
    }

    private static byte[] Unescape(ref Utf8JsonReader reader)
    {
        byte[] name = new byte[reader.ValueSpan.Length];
        try
        {
            int length = reader.CopyString(name);
            return name[..length];
        }
        catch (InvalidOperationException lone)
        {
            throw new JsonException("The event name holds half of a surrogate pair.", lone);
        }
    }

    // A document ends where its first value ends: the reader itself refuses what follows.
    private static bool ReadToEnd(ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }

        return true;
    }

    private static bool HasValidPlaceholders(in Packet packet)
    {
        if (packet.AttachmentCount == 0)
        {
            return true;
        }

        foreach (PlaceholderRange range in PlaceholderSearch.In(packet.Data.Span))
        {
            if (range.Number < 0 || range.Number >= packet.AttachmentCount)
            {
                return false;
            }
        }

        return true;
    }

    private static Utf8JsonReader CreateReader(ReadOnlySpan<byte> json, PacketLimits limits) => new(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth });
}

using System.Runtime.InteropServices;
using System.Text.Json;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The number that a client gave its message: the last argument, <c>{"$rt:id":18,"low":12}</c>, which no handler sees.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Number">The number, from 1.</param>
/// <param name="Low">The lowest number that the client has no acknowledgement for.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessageNumber(long Number, long Low)
{
    /// <summary>Takes the number off a message. It is looked for at the end, so that a long message costs no more than a short one.</summary>
    /// <param name="packet">The event.</param>
    /// <param name="number">Its number.</param>
    /// <param name="stripped">The event without it.</param>
    /// <returns>Whether it had one.</returns>
    internal static bool TryTake(in Packet packet, out MessageNumber number, out Packet stripped)
    {
        stripped = packet;
        ReadOnlySpan<byte> data = TrimEnd(packet.Data.Span);
        number = default;
        if (data.IsEmpty || data[^1] != (byte)']')
        {
            return false;
        }

        ReadOnlySpan<byte> inner = TrimEnd(data[..^1]);
        int begin = inner.LastIndexOf((byte)'{');
        if (begin < 0 || inner[^1] != (byte)'}' || !TryRead(inner[begin..], out number))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = TrimEnd(inner[..begin]);
        if (rest.IsEmpty || rest[^1] != (byte)',')
        {
            return false;
        }

        // A copy, because the bytes belong to the transport. Only clients that recover pay for it.
        byte[] closed = new byte[rest.Length];
        rest.CopyTo(closed);
        closed[^1] = (byte)']';
        stripped = packet with { Data = closed };
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> json, out MessageNumber number)
    {
        number = default;
        long? id = null;
        long? low = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isId = reader.ValueTextEquals("$rt:id"u8);
                if ((!isId && !reader.ValueTextEquals("low"u8)) || !reader.Read() || reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long value))
                {
                    return false;
                }

                id = isId ? value : id;
                low = isId ? low : value;
            }
        }
        catch (JsonException)
        {
            return false;
        }

        number = new MessageNumber(id ?? 0, low ?? 0);
        return id is not null && low is not null;
    }

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> json) => json.TrimEnd(" \t\r\n"u8);
}

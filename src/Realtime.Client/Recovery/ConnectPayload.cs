using System.Buffers;
using System.Text.Json;
using Realtime.Client.Receiving;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>Writes the payload of a CONNECT: the <c>auth</c> object of the application, with what is needed to recover.</summary>
internal static class ConnectPayload
{
    /// <summary>Writes it for a server that is not asked for our extension. What has been missed stands first, so that keys of the application win, as in the official client.</summary>
    internal static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> auth, RecoveryPoint point) =>
        point.PrivateId is null ? auth : Join(KeysOf(point), KeysOf(auth));

    /// <summary>Writes it for a server that is asked. Our keys stand last, so that they win.</summary>
    internal static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> auth, RecoveryPoint point, long tries, string? privateId, KnownStreams known) =>
        Join(KeysOf(point), KeysOf(auth), KeysOf(tries, privateId, known));

    private static ReadOnlyMemory<byte> KeysOf(ReadOnlyMemory<byte> json)
    {
        ReadOnlySpan<byte> whitespace = " \t\r\n"u8;
        return json.IsEmpty ? default : json[1..^1].Trim(whitespace);
    }

    private static ReadOnlyMemory<byte> KeysOf(RecoveryPoint point) => point.PrivateId is null ? default : Write(json =>
    {
        json.WriteString("pid"u8, point.PrivateId);
        if (point.Offset is not null)
        {
            json.WriteString("offset"u8, point.Offset);
        }
    });

    private static ReadOnlyMemory<byte> KeysOf(long tries, string? privateId, KnownStreams known) => Write(json =>
    {
        if (privateId is not null)
        {
            json.WriteString("pid"u8, privateId);
        }

        json.WriteStartObject(SessionGrant.Key);
        json.WriteNumber("v"u8, 1);
        json.WriteNumber("try"u8, tries);
        if (privateId is not null)
        {
            Write(json, "positions", known.Positions);
            if (known.Ended.Count > 0)
            {
                Write(json, "ended", known.Ended);
            }
        }

        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<StreamPosition> positions)
    {
        json.WriteStartObject(name);
        foreach (StreamPosition position in positions)
        {
            json.WriteNumber(position.Stream, position.Offset);
        }

        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> keys)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        keys(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory[1..^1];
    }

    private static ReadOnlyMemory<byte> Join(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var buffer = new ArrayBufferWriter<byte>();
        buffer.Write("{"u8);
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            if (!part.IsEmpty)
            {
                buffer.Write(buffer.WrittenCount > 1 ? ","u8 : default);
                buffer.Write(part.Span);
            }
        }

        buffer.Write("}"u8);
        return buffer.WrittenMemory;
    }
}

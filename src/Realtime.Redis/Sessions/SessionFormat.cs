using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sessions;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Sessions;

/// <summary>How a session is written to the fields of a hash.</summary>
/// <remarks>Stateless. An answer is the number of its attachments and the length of each in four bytes, little-endian, then the attachments and the text. A stay is a JSON array.</remarks>
internal static class SessionFormat
{
    internal static RedisValue User(string? userId) => userId is null ? "" : "=" + userId;

    internal static RedisValue Write(EventPayload payload)
    {
        int head = 4 * (1 + payload.Attachments.Count);
        byte[] bytes = new byte[head + payload.Attachments.Sum(static attachment => attachment.Length) + payload.Data.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, payload.Attachments.Count);
        int at = head;
        for (int i = 0; i < payload.Attachments.Count; i++)
        {
            ReadOnlyMemory<byte> attachment = payload.Attachments[i];
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4 * (1 + i)), attachment.Length);
            attachment.CopyTo(bytes.AsMemory(at));
            at += attachment.Length;
        }

        payload.Data.CopyTo(bytes.AsMemory(at));
        return bytes;
    }

    internal static EventPayload ReadPayload(ReadOnlyMemory<byte> bytes)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        int at = 4 * (1 + count);
        var attachments = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[(4 * (1 + i))..]);
            attachments[i] = bytes.Slice(at, length);
            at += length;
        }

        return new EventPayload(bytes[at..], attachments);
    }

    internal static RedisValue Write(SessionRoom room)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(room.Room);
            writer.WriteStringValue(room.Joined.ToString());
            writer.WriteNumberValue(room.JoinedOrder);
            writer.WriteStringValue(room.Replaced?.ToString() ?? "");
            writer.WriteNumberValue(room.LeftOrder ?? -1);
            writer.WriteEndArray();
        }

        return buffer.WrittenMemory;
    }

    internal static SessionRoom ReadRoom(ReadOnlyMemory<byte> bytes)
    {
        using JsonDocument document = JsonDocument.Parse(bytes);
        JsonElement array = document.RootElement;
        StreamPosition? replaced = StreamPosition.TryParse(array[3].GetString(), out StreamPosition position) ? position : null;
        long left = array[4].GetInt64();
        return StreamPosition.TryParse(array[1].GetString(), out StreamPosition joined)
            ? new SessionRoom(array[0].GetString()!, joined, array[2].GetInt64()) { Replaced = replaced, LeftOrder = left < 0 ? null : left }
            : throw new FormatException("A stay in a room has no place in a stream.");
    }

    /// <summary>Writes the fields of a new session.</summary>
    internal static List<RedisValue> Write(SessionRecord record, string node)
    {
        List<RedisValue> fields =
        [
            "f", record.Fence + 1, "t", record.Attempt, "i", record.SocketId, "c", record.Confirmed, "n", node, "s", "l", "v", 0, "tk", "", "td", "",
        ];
        for (int i = 0; i < record.Rooms.Count; i++)
        {
            fields.Add(Field('r', i));
            fields.Add(Write(record.Rooms[i]));
        }

        foreach (StoredAck ack in record.Acks)
        {
            fields.Add(Field('a', ack.Number));
            fields.Add(Write(ack.Payload));
        }

        return fields;
    }

    internal static RedisValue Field(char kind, long number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number}");

    /// <summary>Reads a session.</summary>
    /// <param name="path">Its namespace.</param>
    /// <param name="id">Its id.</param>
    /// <param name="fields">Names and values, one after the other.</param>
    internal static StoredSession Read(NamespacePath path, string id, RedisResult[] fields)
    {
        var values = new Dictionary<string, RedisValue>(StringComparer.Ordinal);
        var rooms = new SortedList<long, SessionRoom>();
        var acks = new SortedList<long, StoredAck>();
        for (int i = 0; i < fields.Length; i += 2)
        {
            string name = (string)fields[i]!;
            var value = (RedisValue)fields[i + 1];
            if (name[0] == 'r')
            {
                rooms.Add(Number(name), ReadRoom(value));
            }
            else if (name[0] == 'a')
            {
                acks.Add(Number(name), new StoredAck(Number(name), ReadPayload(value)));
            }
            else
            {
                values[name] = value;
            }
        }

        var record = new SessionRecord
        {
            Id = id,
            Namespace = path,
            SocketId = values["i"]!,
            UserId = values.TryGetValue("u", out RedisValue user) ? ((string)user!)[1..] : null,
            Fence = (long)values["f"],
            Attempt = (long)values["t"],
            Confirmed = (long)values["c"],
            Rooms = [.. rooms.Values],
            Acks = [.. acks.Values],
        };
        return new StoredSession(record, [.. rooms.Keys], (long)values["v"]);
    }

    private static long Number(string field) => long.Parse(field.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture);
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>Writes JSON with placeholders as MessagePack, the binary values inline.</summary>
/// <remarks>Not thread-safe. Two passes: MessagePack says how many items a container has before the items.</remarks>
internal static class JsonToMessagePack
{
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = MessagePackToJson.MaxDepth };

    /// <summary>Writes one value.</summary>
    /// <param name="writer">What it is written to.</param>
    /// <param name="json">The value.</param>
    /// <param name="binaries">What its placeholders refer to. When there is none, what looks like a placeholder is data.</param>
    /// <exception cref="JsonException">It is no JSON, or nested too deep for other nodes to read it safely.</exception>
    internal static void Write(MessagePackWriter writer, ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>>? binaries)
    {
        Queue<int> counts = Count(json);
        var reader = new Utf8JsonReader(json, s_options);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    int members = counts.Dequeue();
                    if (binaries is { Count: > 0 } && PlaceholderSyntax.TryRead(reader, members, out int number) && number < binaries.Count)
                    {
                        writer.Binary(binaries[number].Span);
                        Skip(ref reader, counts);
                    }
                    else
                    {
                        writer.Map(members);
                    }

                    break;
                case JsonTokenType.StartArray:
                    writer.Array(counts.Dequeue());
                    break;
                case JsonTokenType.PropertyName or JsonTokenType.String:
                    WriteText(writer, in reader);
                    break;
                default:
                    WriteScalar(writer, ref reader);
                    break;
            }
        }
    }

    private static void Skip(ref Utf8JsonReader reader, Queue<int> counts)
    {
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                counts.Dequeue();
            }
        }
    }

    /// <summary>Counts the items of all containers, in the order in which they begin. Those of placeholders are among them.</summary>
    private static Queue<int> Count(ReadOnlySpan<byte> json)
    {
        var counts = new List<int>();
        var open = new Stack<int>();
        var reader = new Utf8JsonReader(json, s_options);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                open.Pop();
                continue;
            }

            bool isMember = reader.TokenType == JsonTokenType.PropertyName;
            if (isMember)
            {
                counts[open.Peek()]++;
                reader.Read();
            }
            else if (open.TryPeek(out int parent))
            {
                counts[parent]++;
            }

            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
            {
                open.Push(counts.Count);
                counts.Add(0);
            }
        }

        return new Queue<int>(counts);
    }

    private static void WriteScalar(MessagePackWriter writer, ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out long signed):
                writer.Integer(signed);
                break;
            case JsonTokenType.Number when reader.TryGetUInt64(out ulong unsigned):
                writer.Integer(unsigned);
                break;
            case JsonTokenType.Number:
                writer.Number(reader.GetDouble());
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.Boolean(reader.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.Null:
                writer.Nil();
                break;
            default:
                break; // ends of containers
        }
    }

    private static void WriteText(MessagePackWriter writer, in Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            WriteValid(writer, raw);
            return;
        }

        byte[] unescaped = ArrayPool<byte>.Shared.Rent(raw.Length);
        try
        {
            WriteValid(writer, unescaped.AsSpan(0, reader.CopyString(unescaped)));
        }
        catch (InvalidOperationException)
        {
            writer.Text(LoneSurrogates.Unescape(raw)); // half of a surrogate pair, which JavaScript sends as an escape
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped);
        }
    }

    private static void WriteValid(MessagePackWriter writer, ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            writer.Text(utf8);
        }
        else
        {
            writer.Text(Encoding.UTF8.GetString(utf8));
        }
    }
}

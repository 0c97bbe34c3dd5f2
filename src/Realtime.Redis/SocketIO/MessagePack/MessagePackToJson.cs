using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Realtime.Redis.SocketIO.MessagePack;

/// <summary>Turns MessagePack of notepack 3 into JSON with placeholders, and the binary values they refer to. It never throws on what it reads.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class MessagePackToJson : IDisposable
{
    /// <summary>The deepest nesting that is read, that of the packets of clients and some for what is around them: far from exhausting a stack.</summary>
    internal const int MaxDepth = 520;

    private const int MillisecondsPerSecond = 1000;
    private const int NanosecondsPerMillisecond = 1_000_000;
    private const double MaxDate = 8.64e15; // of JavaScript, in milliseconds; .NET's is nearer

    private readonly ArrayBufferWriter<byte> _buffer = new();
    private readonly Utf8JsonWriter _json;
    private readonly List<ReadOnlyMemory<byte>> _binaries = [];

    private MessagePackToJson() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 2 * MaxDepth, SkipValidation = true });

    /// <summary>Reads one value that has to be the whole message.</summary>
    /// <param name="message">The message. What is found keeps it.</param>
    /// <param name="json">The JSON.</param>
    /// <param name="binaries">The binary values.</param>
    /// <returns>Whether it was MessagePack.</returns>
    internal static bool TryRead(ReadOnlyMemory<byte> message, out ReadOnlyMemory<byte> json, out IReadOnlyList<ReadOnlyMemory<byte>> binaries)
    {
        using var transcoder = new MessagePackToJson();
        var reader = new MessagePackReader(message);
        bool isWhole = transcoder.TryCopy(ref reader, depth: 0) && reader.IsAtEnd;
        transcoder._json.Flush();
        json = isWhole ? transcoder._buffer.WrittenMemory : default;
        binaries = isWhole ? transcoder._binaries : [];
        return isWhole;
    }

    public void Dispose() => _json.Dispose();

    private bool TryCopy(ref MessagePackReader reader, int depth)
    {
        if (depth > MaxDepth || !reader.Read())
        {
            return false;
        }

        switch (reader.Kind)
        {
            case MessagePackKind.Array:
                return TryCopyArray(ref reader, depth);
            case MessagePackKind.Map:
                return TryCopyMap(ref reader, depth);
            case MessagePackKind.Text:
                WriteText(reader.Bytes.Span);
                return true;
            case MessagePackKind.Binary:
                WriteBinary(reader.Bytes);
                return true;
            case MessagePackKind.Extension:
                WriteExtension(reader.ExtensionType, reader.Bytes);
                return true;
            default:
                WriteScalar(in reader);
                return true;
        }
    }

    private bool TryCopyArray(ref MessagePackReader reader, int depth)
    {
        int count = reader.Count;
        _json.WriteStartArray();
        for (int i = 0; i < count; i++)
        {
            if (!TryCopy(ref reader, depth + 1))
            {
                return false;
            }
        }

        _json.WriteEndArray();
        return true;
    }

    private bool TryCopyMap(ref MessagePackReader reader, int depth)
    {
        int count = reader.Count;
        _json.WriteStartObject();
        for (int i = 0; i < count; i++)
        {
            if (!reader.Read() || NameOf(in reader) is not { } name)
            {
                return false;
            }

            _json.WritePropertyName(name);
            if (!TryCopy(ref reader, depth + 1))
            {
                return false;
            }
        }

        _json.WriteEndObject();
        return true;
    }

    // JavaScript has only text as names; what it makes of anything but numbers, nobody can have meant.
    private static string? NameOf(in MessagePackReader reader) => reader.Kind switch
    {
        MessagePackKind.Text => Encoding.UTF8.GetString(reader.Bytes.Span),
        MessagePackKind.Signed => reader.Signed.ToString(CultureInfo.InvariantCulture),
        MessagePackKind.Unsigned => reader.Unsigned.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private void WriteScalar(in MessagePackReader reader)
    {
        switch (reader.Kind)
        {
            case MessagePackKind.Signed:
                _json.WriteNumberValue(reader.Signed);
                break;
            case MessagePackKind.Unsigned:
                _json.WriteNumberValue(reader.Unsigned);
                break;
            case MessagePackKind.Float when double.IsFinite(reader.Float):
                _json.WriteNumberValue(reader.Float);
                break;
            case MessagePackKind.True or MessagePackKind.False:
                _json.WriteBooleanValue(reader.Kind == MessagePackKind.True);
                break;
            default:
                _json.WriteNullValue(); // as JSON.stringify has NaN and infinity
                break;
        }
    }

    private void WriteText(ReadOnlySpan<byte> utf8)
    {
        if (Utf8.IsValid(utf8))
        {
            _json.WriteStringValue(utf8);
        }
        else
        {
            _json.WriteStringValue(Encoding.UTF8.GetString(utf8));
        }
    }

    private void WriteBinary(ReadOnlyMemory<byte> bytes)
    {
        _json.WriteStartObject();
        _json.WriteBoolean("_placeholder"u8, true);
        _json.WriteNumber("num"u8, _binaries.Count);
        _json.WriteEndObject();
        _binaries.Add(bytes);
    }

    /// <summary>Writes what notepack knows: times, by the standard and by its own earlier form, <c>undefined</c> and array buffers.</summary>
    private void WriteExtension(sbyte type, ReadOnlyMemory<byte> bytes)
    {
        ReadOnlySpan<byte> span = bytes.Span;
        switch (type, span.Length)
        {
            case (-1, 4):
                WriteTime(BinaryPrimitives.ReadUInt32BigEndian(span), 0);
                break;
            case (-1, 8):
                ulong packed = BinaryPrimitives.ReadUInt64BigEndian(span);
                WriteTime((long)(packed & 0x3_ffff_ffff), (uint)(packed >> 34));
                break;
            case (-1, 12):
                WriteTime(BinaryPrimitives.ReadInt64BigEndian(span[4..]), BinaryPrimitives.ReadUInt32BigEndian(span));
                break;
            case (0, 8):
                WriteTime(BinaryPrimitives.ReadInt64BigEndian(span));
                break;
            case (0, > 1):
                WriteBinary(bytes);
                break;
            default:
                _json.WriteNullValue();
                break;
        }
    }

    private void WriteTime(long seconds, uint nanoseconds) => WriteTime((seconds * (double)MillisecondsPerSecond) + (nanoseconds / NanosecondsPerMillisecond));

    private void WriteTime(double milliseconds)
    {
        if (Math.Abs(milliseconds) <= MaxDate
            && milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())
        {
            _json.WriteStringValue(DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }
        else
        {
            _json.WriteNullValue();
        }
    }
}

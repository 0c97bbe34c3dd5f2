using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Protocol.Raw;

/// <summary>Writes packets as messages of the raw protocol.</summary>
internal static class RawPacketWriter
{
    private static ReadOnlySpan<byte> ErrorName => "\"$rt:error\""u8;

    internal static void Write(in Packet packet, EncodedPacketWriter output)
    {
        if (packet.Attachments is { Count: > 0 } attachments)
        {
            var json = new ArrayBufferWriter<byte>(packet.Data.Length + 64);
            WriteObject(in packet, json);
            RawBinaryMessage.Write(json.WrittenSpan, attachments, output);
            return;
        }

        output.BeginRawText();
        WriteObject(in packet, output);
        output.EndMessage();
    }

    private static void WriteObject(in Packet packet, IBufferWriter<byte> output)
    {
        switch (packet.Kind)
        {
            case PacketKind.Connect:
                output.Write("{\"connected\":"u8);
                output.Write(packet.Data.Span);
                break;
            case PacketKind.ConnectError:
                output.Write("{\"error\":"u8);
                output.Write(packet.Data.Span);
                break;
            case PacketKind.Disconnect:
                output.Write("{\"disconnect\":true"u8);
                break;
            case PacketKind.Event:
                WriteEvent(in packet, output);
                break;
            default:
                output.Write("{\"ack\":"u8);
                WriteNumber(packet.AckId.GetValueOrDefault(), output);
                WriteArguments(packet.Data.Span, hasName: false, output);
                break;
        }

        WriteNamespace(packet.Namespace.Span, output);
        output.Write("}"u8);
    }

    private static void WriteEvent(in Packet packet, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(packet.Data.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        reader.Read();
        ReadOnlySpan<byte> name = packet.Data.Span[(int)reader.TokenStartIndex..(int)reader.BytesConsumed];
        if (name.SequenceEqual(ErrorName))
        {
            // Its argument is an object with the one member that the protocol has a form for.
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            output.Write(packet.Data.Span[start..((int)reader.BytesConsumed - 1)]);
            return;
        }

        output.Write("{\"event\":"u8);
        output.Write(name);
        WriteArguments(packet.Data.Span, hasName: true, output);
        if (packet.AckId is { } id)
        {
            output.Write(",\"id\":"u8);
            WriteNumber(id, output);
        }
    }

    // One argument is data, more are args, none is nothing.
    private static void WriteArguments(ReadOnlySpan<byte> array, bool hasName, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(array, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        if (hasName)
        {
            reader.Read();
        }

        int count = 0;
        int start = 0;
        int end = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            start = count++ == 0 ? (int)reader.TokenStartIndex : start;
            reader.Skip();
            end = (int)reader.BytesConsumed;
        }

        if (count == 0)
        {
            return;
        }

        output.Write(count == 1 ? ",\"data\":"u8 : ",\"args\":["u8);
        output.Write(array[start..end]);
        output.Write(count == 1 ? default : "]"u8);
    }

    private static void WriteNumber(AckId id, IBufferWriter<byte> output)
    {
        id.Value.TryFormat(output.GetSpan(AckId.MaxDigits), out int digits, default, CultureInfo.InvariantCulture);
        output.Advance(digits);
    }

    private static void WriteNamespace(ReadOnlySpan<byte> path, IBufferWriter<byte> output)
    {
        if (path.Length > 1)
        {
            output.Write(",\"ns\":\""u8);
            output.Write(JsonEncodedText.Encode(path, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
            output.Write("\""u8);
        }
    }
}

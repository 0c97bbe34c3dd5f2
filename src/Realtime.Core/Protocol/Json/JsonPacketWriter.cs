// packet = type [ attachments "-" ] [ nsp "," ] [ ackid ] [ json ]      strict on output: always the comma behind a namespace
using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Protocol.Json;

internal static class JsonPacketWriter
{
    private const int BinaryOffset = 3; // BINARY_EVENT 5 = EVENT 2 + 3, BINARY_ACK 6 = ACK 3 + 3

    internal static void Write(in Packet packet, EncodedPacketWriter output)
    {
        int attachments = packet.Attachments?.Count ?? 0;
        output.BeginText();
        WriteHeader(in packet, attachments, output);
        output.Write(packet.Data.Span);
        output.EndMessage();
        for (int i = 0; i < attachments; i++)
        {
            output.WriteBinaryMessage(packet.Attachments![i].Span);
        }
    }

    private static void WriteHeader(in Packet packet, int attachments, EncodedPacketWriter output)
    {
        ReadOnlySpan<byte> path = packet.Namespace.Span;
        Span<byte> header = output.GetSpan(16 + path.Length + AckId.MaxDigits + 1);
        int length = 0;
        header[length++] = (byte)('0' + (int)packet.Kind + (attachments > 0 ? BinaryOffset : 0));
        if (attachments > 0)
        {
            Utf8Formatter.TryFormat(attachments, header[length..], out int digits);
            length += digits;
            header[length++] = (byte)'-';
        }

        if (path.Length > 1)
        {
            path.CopyTo(header[length..]);
            length += path.Length;
            header[length++] = (byte)',';
        }

        if (packet.AckId is { } id)
        {
            id.Value.TryFormat(header[length..], out int digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        output.Advance(length);
    }
}

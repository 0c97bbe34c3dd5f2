using System.Buffers;
using System.Text;
using Realtime.Core.Connections;
using Realtime.Core.Framing;

namespace Realtime.Contracts.Transports;

/// <summary>Messages as the suites write and read them.</summary>
public static class Outgoing
{
    private const int Shown = 60;

    /// <summary>A text message, with the digit of its frame.</summary>
    public static EncodedMessage Text(string text) => new(IsBinary: false, Encoding.UTF8.GetBytes(text));

    /// <summary>A binary message.</summary>
    public static EncodedMessage Binary(params byte[] data) => new(IsBinary: true, data);

    /// <summary>Bytes that show when one is missing, twice or out of place.</summary>
    public static byte[] Bytes(int length, int seed = 0)
    {
        byte[] bytes = new byte[length];
        new Random(seed + length).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A message frame with letters.</summary>
    public static EncodedMessage Letters(int length, int seed = 0) =>
        new(IsBinary: false, (byte[])[(byte)'4', .. Bytes(length, seed).Select(static octet => (byte)('a' + (octet % 26)))]);

    /// <summary>Sends messages as one packet.</summary>
    public static bool Send(Connection connection, params ReadOnlySpan<EncodedMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(connection);
        EncodedPacket packet = Packet(messages);
        bool taken = connection.Send(packet);
        packet.Release();
        return taken;
    }

    /// <summary>One packet of messages.</summary>
    public static EncodedPacket Packet(params ReadOnlySpan<EncodedMessage> messages)
    {
        EncodedPacketWriter writer = EncodedPacketWriter.Rent();
        foreach (EncodedMessage message in messages)
        {
            if (message.IsBinary)
            {
                writer.WriteBinaryMessage(message.Data.Span);
            }
            else
            {
                writer.BeginRawText();
                writer.Write(message.Data.Span);
                writer.EndMessage();
            }
        }

        return writer.Build();
    }

    /// <summary>Asserts that a message is another.</summary>
    public static void AssertSame(EncodedMessage expected, EncodedMessage? actual)
    {
        Assert.True(actual is not null, $"The connection ended before {Show(expected)}");
        Assert.True(
            expected.IsBinary == actual.Value.IsBinary && expected.Data.Span.SequenceEqual(actual.Value.Data.Span),
            $"Expected {Show(expected)}, got {Show(actual.Value)}");
    }

    /// <summary>A message for people.</summary>
    public static string Show(EncodedMessage message)
    {
        ReadOnlySpan<byte> start = message.Data.Span[..Math.Min(Shown, message.Data.Length)];
        return $"{(message.IsBinary ? "binary" : "text")} of {message.Data.Length} bytes: {(message.IsBinary ? Convert.ToHexString(start) : Encoding.UTF8.GetString(start))}";
    }
}

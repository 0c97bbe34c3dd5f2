// Grammar (Engine.IO v4): payload = frame *( %x1E frame ), every frame in its text form.
using System.Buffers;
using System.Buffers.Text;

namespace Realtime.Core.Framing;

/// <summary>Reads and writes the bodies of HTTP long-polling: any number of frames in one text.</summary>
/// <remarks>Thread-safe: it has no state.</remarks>
public static class PollingPayload
{
    /// <summary>The byte between two frames (ASCII record separator).</summary>
    public const byte Separator = 0x1E;

    /// <summary>Cuts the next frame off a body.</summary>
    /// <param name="body">What is left of the body; <see langword="null"/> when it has been read to its end. An empty body holds one empty frame, which is invalid, as on Node.</param>
    /// <param name="message">The frame in its text form.</param>
    /// <returns>Whether there was another frame.</returns>
    public static bool TryReadNext(ref ReadOnlySequence<byte>? body, out TransportMessage message)
    {
        if (body is not { } rest)
        {
            message = default;
            return false;
        }

        if (rest.PositionOf(Separator) is { } end)
        {
            message = new TransportMessage(isBinary: false, rest.Slice(0, end));
            body = rest.Slice(rest.GetPosition(1, end));
        }
        else
        {
            message = new TransportMessage(isBinary: false, rest);
            body = null;
        }

        return true;
    }

    /// <summary>Writes packets as one body.</summary>
    /// <param name="packets">The packets, in order.</param>
    /// <param name="output">Where to write.</param>
    public static void Write(ReadOnlySpan<EncodedPacket> packets, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        bool first = true;
        foreach (EncodedPacket packet in packets)
        {
            ArgumentNullException.ThrowIfNull(packet, nameof(packets));
            foreach (EncodedMessage message in packet.Messages)
            {
                if (!first)
                {
                    output.GetSpan(1)[0] = Separator;
                    output.Advance(1);
                }

                first = false;
                WriteText(message, output);
            }
        }
    }

    /// <summary>Writes one message in its text form: binary becomes <c>b</c> and base64.</summary>
    /// <param name="message">The message.</param>
    /// <param name="output">Where to write.</param>
    public static void WriteText(EncodedMessage message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        ReadOnlySpan<byte> data = message.Data.Span;
        if (!message.IsBinary)
        {
            output.Write(data);
            return;
        }

        Span<byte> target = output.GetSpan(1 + Base64.GetMaxEncodedToUtf8Length(data.Length));
        target[0] = (byte)'b';
        Base64.EncodeToUtf8(data, target[1..], out _, out int written);
        output.Advance(1 + written);
    }
}

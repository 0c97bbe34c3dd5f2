// Grammar (Engine.IO v4):
//   text message   = kind [ data ] | "b" base64        kind = "0" … "6"
//   binary message = data                              always a message frame
using System.Buffers;
using System.Buffers.Text;

namespace Realtime.Core.Framing;

/// <summary>Reads frames from transport messages.</summary>
/// <remarks>Thread-safe: it has no state.</remarks>
public static class FrameReader
{
    /// <summary>Reads one message as a frame.</summary>
    /// <param name="message">The message.</param>
    /// <param name="frame">The frame; its payload is a slice of the message, except for base64, which is decoded into an array of its own.</param>
    /// <returns><see langword="false"/> when the message is no frame: empty text, an unknown kind, or bad base64. The connection is then closed with a parse error.</returns>
    public static bool TryRead(in TransportMessage message, out Frame frame)
    {
        ReadOnlySequence<byte> data = message.Data;
        if (message.IsBinary)
        {
            frame = new Frame(FrameKind.Message, isBinary: true, data);
            return true;
        }

        frame = default;
        if (data.IsEmpty)
        {
            return false;
        }

        byte first = data.FirstSpan.Length > 0 ? data.FirstSpan[0] : data.ToArray()[0];
        if (first == (byte)'b')
        {
            return TryReadBase64(data.Slice(1), out frame);
        }

        int kind = first - '0';
        if (kind is < (int)FrameKind.Open or > (int)FrameKind.Noop)
        {
            return false;
        }

        frame = new Frame((FrameKind)kind, isBinary: false, data.Slice(1));
        return true;
    }

    private static bool TryReadBase64(ReadOnlySequence<byte> text, out Frame frame)
    {
        byte[] bytes = text.ToArray();
        OperationStatus status = Base64.DecodeFromUtf8InPlace(bytes, out int written);
        frame = new Frame(FrameKind.Message, isBinary: true, new ReadOnlySequence<byte>(bytes, 0, written));
        return status == OperationStatus.Done;
    }
}

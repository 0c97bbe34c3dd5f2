using System.Buffers;
using Realtime.Core.Framing;

namespace Realtime.Fuzz.Targets;

/// <summary>Input: a text message. In pieces it must be the same frame, and binary must survive its text form.</summary>
internal static class FrameFuzz
{
    internal static void Run(ReadOnlyMemory<byte> input)
    {
        bool read = FrameReader.TryRead(TransportMessage.Create(isBinary: false, input), out Frame frame);
        for (int size = 1; size <= 3; size++)
        {
            bool readPieces = FrameReader.TryRead(new TransportMessage(isBinary: false, Segments.Of(input, size)), out Frame ofPieces);
            Expect.That(read == readPieces, "pieces are read as the whole is");
            Expect.That(!read || (frame.Kind == ofPieces.Kind && frame.IsBinary == ofPieces.IsBinary && Same(frame, ofPieces)), "pieces make the same frame");
        }

        if (read && frame.IsBinary)
        {
            var output = new ArrayBufferWriter<byte>();
            PollingPayload.WriteText(new EncodedMessage(IsBinary: true, frame.Payload.ToArray()), output);
            Expect.That(FrameReader.TryRead(TransportMessage.Create(isBinary: false, output.WrittenMemory), out Frame again) && Same(frame, again), "binary survives base64");
        }
    }

    private static bool Same(Frame left, Frame right) => left.Payload.ToArray().AsSpan().SequenceEqual(right.Payload.ToArray());
}

using System.Buffers;
using Realtime.Core.Framing;

namespace Realtime.Fuzz.Targets;

/// <summary>Input: the body of a poll. Its frames joined again are the body, in pieces or whole.</summary>
internal static class PollingFuzz
{
    internal static void Run(ReadOnlyMemory<byte> input)
    {
        Check(input, new ReadOnlySequence<byte>(input));
        Check(input, Segments.Of(input, 1));
        Check(input, Segments.Of(input, 7));
    }

    private static void Check(ReadOnlyMemory<byte> input, ReadOnlySequence<byte> whole)
    {
        ReadOnlySequence<byte>? body = whole;
        var joined = new ArrayBufferWriter<byte>(input.Length + 1);
        bool first = true;
        while (PollingPayload.TryReadNext(ref body, out TransportMessage message))
        {
            if (!first)
            {
                joined.Write([PollingPayload.Separator]);
            }

            first = false;
            FrameReader.TryRead(message, out _);
            PollingPayload.WriteText(new EncodedMessage(IsBinary: false, message.Data.ToArray()), joined);
        }

        Expect.That(joined.WrittenSpan.SequenceEqual(input.Span), "the frames joined are the body");
    }
}

using Realtime.AspNetCore.WebSockets;

namespace Realtime.Fuzz.Targets;

/// <summary>Input: a byte that picks the limit, then what a client sends. However the network cuts it, the messages and the verdict must be the same.</summary>
internal static class WebSocketFuzz
{
    private const int Smallest = 16;

    internal static void Run(ReadOnlyMemory<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        int limit = Smallest << (input.Span[0] & 7);
        ReadOnlyMemory<byte> stream = input[1..];
        List<string> whole = Read(stream, limit, stream.Length);
        Expect.That(whole.SequenceEqual(Read(stream, limit, 1)), "byte by byte it is the same");
        Expect.That(whole.SequenceEqual(Read(stream, limit, 1 + (input.Span[0] >> 3))), "in chunks it is the same");
    }

    private static List<string> Read(ReadOnlyMemory<byte> stream, int limit, int chunk)
    {
        var seen = new List<string>();
        var reader = new WebSocketFrameReader(limit);
        byte[] buffer = new byte[stream.Length];
        int begin = 0;
        int end = 0;
        while (end < stream.Length)
        {
            int size = Math.Min(chunk, stream.Length - end);
            stream.Span.Slice(end, size).CopyTo(buffer.AsSpan(end));
            end += size;
            begin += Drain(ref reader, buffer.AsMemory(begin, end - begin), seen);
            Expect.That(reader.HeldBytes <= 2 * Math.Max(limit, Smallest), "no more is held than a message may have");
        }

        reader.Release();
        Expect.That(reader.HeldBytes == 0, "nothing is held after the end");
        return seen;
    }

    private static int Drain(ref WebSocketFrameReader reader, Memory<byte> received, List<string> seen)
    {
        int consumed = 0;
        while (true)
        {
            WebSocketRead read = reader.Read(received[consumed..]);
            Expect.That(read.Consumed >= 0 && read.Consumed <= received.Length - consumed, "only what is there is consumed");
            consumed += read.Consumed;
            switch (read.Status)
            {
                case WebSocketReadStatus.Message:
                    seen.Add($"{read.Kind} {Convert.ToHexString(read.Payload.Span)}");
                    break;
                case WebSocketReadStatus.Error:
                    seen.Add(read.Violation!.Text);
                    break;
                case WebSocketReadStatus.NeedMore:
                    Expect.That(read.Needed > received.Length - consumed, "what is asked for is not there yet");
                    return consumed;
                default:
                    return received.Length;
            }
        }
    }
}

using System.Numerics;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.AspNetCore.WebSockets;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>A caller of the frame reader that asserts the reader's promises with each call.</summary>
internal static class FrameReaderRun
{
    private const byte Canary = 0xA5;
    private const int Margin = 32;

    public static Outcome Run(byte[] client, IEnumerable<int> sizes, int maxMessageSize)
    {
        WebSocketFrameReader reader = new(maxMessageSize);
        List<ReceivedMessage> messages = [];
        PeerSees sees = PeerSees.StillOpen;

        // The canary behind the bytes that have arrived shows whether the reader stays within what it was given.
        byte[] buffer = new byte[client.Length + Margin];
        Array.Fill(buffer, Canary);
        int start = 0;
        int end = 0;
        foreach (byte[] part in Cuts.Apply(client, sizes))
        {
            part.CopyTo(buffer, end);
            end += part.Length;
            WebSocketRead read;
            do
            {
                read = reader.Read(buffer.AsMemory(start, end - start));
                Check(read, end - start, reader.HeldBytes, maxMessageSize);
                Assert.Equal(-1, buffer.AsSpan(end, Margin).IndexOfAnyExcept(Canary));
                start += read.Consumed;
                sees = Take(read, messages) ?? sees;
            }
            while (read.Status == WebSocketReadStatus.Message);
        }

        reader.Release();
        Assert.Equal(0, reader.HeldBytes);
        return new Outcome(messages, sees);
    }

    private static void Check(in WebSocketRead read, int given, int held, int maxMessageSize)
    {
        Assert.InRange(read.Consumed, 0, given);
        Assert.InRange(held, 0, maxMessageSize == 0 ? 0 : Math.Max(16, (int)BitOperations.RoundUpToPowerOf2((uint)maxMessageSize)));
        switch (read.Status)
        {
            case WebSocketReadStatus.NeedMore:
                // More than there is, or the caller would wait for what it has; and nothing that the limit would refuse.
                Assert.InRange(read.Needed, given - read.Consumed + 1, Math.Max(maxMessageSize, 125) + ClientFrameHeader.MaxSize);
                break;
            case WebSocketReadStatus.Error:
                Assert.Equal(0, held);
                Assert.NotNull(read.Violation);
                break;
            case WebSocketReadStatus.Ended:
                Assert.Equal(given, read.Consumed);
                break;
        }
    }

    private static PeerSees? Take(in WebSocketRead read, List<ReceivedMessage> messages)
    {
        if (read.Status == WebSocketReadStatus.Error)
        {
            return PeerSees.CloseFrame(read.Violation!.CloseCode);
        }

        if (read.Status != WebSocketReadStatus.Message)
        {
            return null;
        }

        if (read.Kind == WebSocketOpcode.Close)
        {
            return PeerSees.CloseFrame(WebSocketClosePayload.CodeOf(read.Payload.Span));
        }

        Assert.NotEqual(WebSocketOpcode.Continuation, read.Kind);
        messages.Add(new ReceivedMessage(read.Kind, read.Payload.ToArray()));
        return null;
    }
}

using Realtime.Core.Framing;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.ClientFrames;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.Rfc6455Cases;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Section 5.2, the payload length, and 10.4, limits.</summary>
internal static class LengthCases
{
    private const string NoLimit = "It has no message limit of its own: whoever receives counts.";
    private const string AnySpelling = "It accepts a length that is longer than necessary.";

    public static IEnumerable<Rfc6455Case> All() => [.. Good(), .. TooBig(), .. TooBigInFragments(), .. Impossible(), .. NotShortest()];

    private static IEnumerable<Rfc6455Case> Good()
    {
        foreach (int length in (int[])[0, 1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 124, 125, 126, 127, 128, 65534, 65535, 65536, 65537, MaxMessageSize])
        {
            byte[] payload = Ascii(length);
            yield return Open($"a text of {length} bytes", ClientFrames.Text(payload), new ReceivedMessage(WebSocketOpcode.Text, payload));
            yield return Open($"a binary message of {length} bytes", ClientFrames.Binary(payload), new ReceivedMessage(WebSocketOpcode.Binary, payload));
        }
    }

    // Only headers are sent: a limit that needs the payload to arrive would not show.
    private static IEnumerable<Rfc6455Case> TooBig()
    {
        // uint.MaxValue + 6 is what a reader that cuts lengths to 32 bits takes for 5.
        long[] lengths = [MaxMessageSize + 1, int.MaxValue, int.MaxValue + 1L, uint.MaxValue, uint.MaxValue + 1L, uint.MaxValue + 6L, long.MaxValue];
        foreach (long length in lengths)
        {
            foreach (WebSocketOpcode opcode in (WebSocketOpcode[])[WebSocketOpcode.Text, WebSocketOpcode.Binary])
            {
                yield return Closed($"the header of a {opcode} frame of {length} bytes", 1009, Header(opcode, length)) with
                {
                    AspNetCore = new(NoLimit, PeerSees.StillOpen),
                };
            }
        }

        yield return Closed("a message of one byte too many", 1009, ClientFrames.Binary(Ascii(MaxMessageSize + 1))) with
        {
            AspNetCore = new(NoLimit, PeerSees.StillOpen, [Rfc6455Cases.Binary(Ascii(MaxMessageSize + 1))]),
        };
        yield return Closed(
            "a message that is too big after a good one",
            1009,
            Join(ClientFrames.Text("ok"), Header(WebSocketOpcode.Text, MaxMessageSize + 1)),
            Rfc6455Cases.Text("ok")) with
        {
            AspNetCore = new(NoLimit, PeerSees.StillOpen),
        };
    }

    private static IEnumerable<Rfc6455Case> TooBigInFragments()
    {
        const int Half = MaxMessageSize / 2;
        yield return Open(
            "two fragments that reach the limit exactly",
            Join(ClientFrames.Binary(Ascii(Half), final: false), ClientFrames.Continue(Ascii(Half))),
            Rfc6455Cases.Binary([.. Ascii(Half), .. Ascii(Half)]));
        yield return Closed(
            "two fragments that are together too big",
            1009,
            Join(ClientFrames.Binary(Ascii(Half), final: false), Header(WebSocketOpcode.Continuation, Half + 1))) with
        {
            AspNetCore = new(NoLimit, PeerSees.StillOpen),
        };
        yield return Closed(
            "a last fragment of one byte too many",
            1009,
            Join(ClientFrames.Text(Ascii(Half), final: false), ClientFrames.Continue(Ascii(Half), final: false), Header(WebSocketOpcode.Continuation, 1))) with
        {
            AspNetCore = new(NoLimit, PeerSees.StillOpen),
        };
        yield return Closed(
            "a fragment of the largest length there is",
            1009,
            Join(ClientFrames.Binary([1], final: false), Header(WebSocketOpcode.Continuation, long.MaxValue))) with
        {
            AspNetCore = new(NoLimit, PeerSees.StillOpen),
        };
        yield return Open(
            "an empty last fragment and a ping at the limit",
            Join(ClientFrames.Text(Ascii(MaxMessageSize), final: false), ClientFrames.Ping("p"), ClientFrames.Continue("")),
            Rfc6455Cases.Ping("p"), new ReceivedMessage(WebSocketOpcode.Text, Ascii(MaxMessageSize)));
    }

    private static IEnumerable<Rfc6455Case> Impossible()
    {
        foreach (long length in (long[])[long.MinValue, long.MinValue + 5, -1])
        {
            yield return Closed($"a 64-bit length of 0x{length:X}", 1002, Header(WebSocketOpcode.Binary, length, form: LengthForm.Bits64));
        }
    }

    private static IEnumerable<Rfc6455Case> NotShortest()
    {
        (int Length, LengthForm Form)[] wasteful =
        [
            (0, LengthForm.Bits16), (1, LengthForm.Bits16), (125, LengthForm.Bits16),
            (0, LengthForm.Bits64), (125, LengthForm.Bits64), (126, LengthForm.Bits64), (65535, LengthForm.Bits64),
        ];
        foreach ((int length, LengthForm form) in wasteful)
        {
            byte[] payload = Ascii(length);
            yield return Closed($"a length of {length} spelled in {form}", 1002, Frame(WebSocketOpcode.Text, payload, form: form)) with
            {
                AspNetCore = new(AnySpelling, PeerSees.StillOpen, [new ReceivedMessage(WebSocketOpcode.Text, payload)]),
            };
        }
    }
}

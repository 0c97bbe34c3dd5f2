using Realtime.Core.Framing;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.ClientFrames;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.Rfc6455Cases;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Section 5.5: pings and pongs, and what holds for every control frame.</summary>
internal static class ControlFrameCases
{
    private static readonly string Longest = new('p', 125);

    public static IEnumerable<Rfc6455Case> All() => [.. Good(), .. TooLong(), .. Fragmented()];

    private static IEnumerable<Rfc6455Case> Good() =>
    [
        Open("an empty ping", ClientFrames.Ping(""), Rfc6455Cases.Ping("")),
        Open("a ping with a payload", ClientFrames.Ping("Hello"), Rfc6455Cases.Ping("Hello")),
        Open("a ping of 125 bytes", ClientFrames.Ping(Longest), Rfc6455Cases.Ping(Longest)),
        Open(
            "a ping whose payload is not text",
            Frame(WebSocketOpcode.Ping, [0xFF, 0xFE, 0x00, 0xC0]),
            new ReceivedMessage(WebSocketOpcode.Ping, [0xFF, 0xFE, 0x00, 0xC0])),
        Open("an empty pong that nobody asked for", ClientFrames.Pong(""), Rfc6455Cases.Pong("")),
        Open("a pong of 125 bytes that nobody asked for", ClientFrames.Pong(Longest), Rfc6455Cases.Pong(Longest)),
        Open(
            "ten pings in a row",
            Join([.. Enumerable.Range(0, 10).Select(i => ClientFrames.Ping($"{i}"))]),
            [.. Enumerable.Range(0, 10).Select(i => Rfc6455Cases.Ping($"{i}"))]),
        Open(
            "a ping between two texts",
            Join(ClientFrames.Text("a"), ClientFrames.Ping("p"), ClientFrames.Text("b")),
            Rfc6455Cases.Text("a"), Rfc6455Cases.Ping("p"), Rfc6455Cases.Text("b")),
        Open(
            "a pong, then a ping",
            Join(ClientFrames.Pong("1"), ClientFrames.Ping("2")),
            Rfc6455Cases.Pong("1"), Rfc6455Cases.Ping("2")),
    ];

    private static IEnumerable<Rfc6455Case> TooLong()
    {
        foreach (WebSocketOpcode opcode in (WebSocketOpcode[])[WebSocketOpcode.Ping, WebSocketOpcode.Pong, WebSocketOpcode.Close])
        {
            yield return Closed($"a {opcode} of 126 bytes", 1002, Frame(opcode, [0x03, 0xE8, .. Ascii(124)]));
            yield return Closed($"a {opcode} of 65536 bytes", 1002, Frame(opcode, [0x03, 0xE8, .. Ascii(65534)]));
            yield return Closed($"a {opcode} of 2 bytes with a 16-bit length", 1002, Frame(opcode, [0x03, 0xE8], form: LengthForm.Bits16)) with
            {
                AspNetCore = AcceptsAnySpelling(opcode, [0x03, 0xE8]),
            };
            yield return Closed($"a {opcode} of 2 bytes with a 64-bit length", 1002, Frame(opcode, [0x03, 0xE8], form: LengthForm.Bits64)) with
            {
                AspNetCore = AcceptsAnySpelling(opcode, [0x03, 0xE8]),
            };
        }
    }

    private static AspNetCoreDifference AcceptsAnySpelling(WebSocketOpcode opcode, byte[] payload)
    {
        const string Reason = "It accepts a length that is longer than necessary, also the forms that no control frame needs.";
        return opcode == WebSocketOpcode.Close
            ? new(Reason, PeerSees.CloseFrame(1000))
            : new(Reason, PeerSees.StillOpen, [new ReceivedMessage(opcode, payload)]);
    }

    private static IEnumerable<Rfc6455Case> Fragmented()
    {
        foreach (WebSocketOpcode opcode in (WebSocketOpcode[])[WebSocketOpcode.Ping, WebSocketOpcode.Pong, WebSocketOpcode.Close])
        {
            yield return Closed($"an empty {opcode} that is not final", 1002, Frame(opcode, [], final: false));
            yield return Closed($"a {opcode} with a payload that is not final", 1002, Frame(opcode, [0x03, 0xE8], final: false));
            yield return Closed(
                $"a {opcode} in two fragments",
                1002,
                Join(ClientFrames.Text("ok"), Frame(opcode, [0x03], final: false), ClientFrames.Continue([0xE8])),
                Rfc6455Cases.Text("ok"));
        }
    }
}

using Realtime.Core.Framing;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.ClientFrames;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.Rfc6455Cases;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Sections 5.1 to 5.3 and 5.7: masking, reserved bits, opcodes, frames that have not arrived yet.</summary>
internal static class HeaderCases
{
    // So a shorter frame is judged only when the next one has come.
    private static readonly AspNetCoreDifference WaitsForTheKey =
        new("It waits for the bytes of a key before it sees that the frame has none.", PeerSees.StillOpen);

    public static IEnumerable<Rfc6455Case> All() => [.. Good(), .. Masking(), .. ReservedBits(), .. ReservedOpcodes(), .. Unfinished()];

    private static IEnumerable<Rfc6455Case> Good() =>
    [
        Open("the example of a masked text", Convert.FromHexString("818537FA213D7F9F4D5158"), Rfc6455Cases.Text("Hello")),
        Open("the example of a masked pong", Convert.FromHexString("8A8537FA213D7F9F4D5158"), Rfc6455Cases.Pong("Hello")),
        Open("a masking key of zeros", Convert.FromHexString("81850000000048656C6C6F"), Rfc6455Cases.Text("Hello")),
        Open("a masking key of ones", Convert.FromHexString("8182FFFFFFFFB796"), Rfc6455Cases.Text("Hi")),
        Open("two texts in a row", Join(ClientFrames.Text("one"), ClientFrames.Text("two")), Rfc6455Cases.Text("one"), Rfc6455Cases.Text("two")),
        Open(
            "texts and bytes in a row",
            Join(ClientFrames.Text("a"), ClientFrames.Binary([0, 255]), ClientFrames.Text("b")),
            Rfc6455Cases.Text("a"), Rfc6455Cases.Binary(0, 255), Rfc6455Cases.Text("b")),
    ];

    private static IEnumerable<Rfc6455Case> Masking() =>
    [
        Closed("an unmasked text", 1002, Frame(WebSocketOpcode.Text, "Hello"u8.ToArray(), masked: false)),
        Closed(
            "an unmasked empty text, then a masked text",
            1002,
            Join(Frame(WebSocketOpcode.Text, [], masked: false), ClientFrames.Text("late"))),
        Closed("an unmasked empty text", 1002, Frame(WebSocketOpcode.Text, [], masked: false)) with { AspNetCore = WaitsForTheKey },
        Closed("an unmasked binary message", 1002, Frame(WebSocketOpcode.Binary, [1, 2, 3], masked: false)) with { AspNetCore = WaitsForTheKey },
        Closed("an unmasked binary message with a 16-bit length", 1002, Frame(WebSocketOpcode.Binary, Ascii(300), masked: false)),
        Closed("an unmasked ping", 1002, Frame(WebSocketOpcode.Ping, [], masked: false)) with { AspNetCore = WaitsForTheKey },
        Closed("an unmasked pong", 1002, Frame(WebSocketOpcode.Pong, [], masked: false)) with { AspNetCore = WaitsForTheKey },
        Closed("an unmasked close", 1002, Frame(WebSocketOpcode.Close, [0x03, 0xE8], masked: false)) with { AspNetCore = WaitsForTheKey },
        Closed(
            "an unmasked continuation",
            1002,
            Join(ClientFrames.Text("a", final: false), Frame(WebSocketOpcode.Continuation, "b"u8.ToArray(), masked: false))) with { AspNetCore = WaitsForTheKey },
        Closed(
            "an unmasked text after a masked one",
            1002,
            Join(ClientFrames.Text("ok"), Frame(WebSocketOpcode.Text, "no"u8.ToArray(), masked: false)),
            Rfc6455Cases.Text("ok")) with { AspNetCore = WaitsForTheKey },
    ];

    private static IEnumerable<Rfc6455Case> ReservedBits()
    {
        for (int reserved = 1; reserved <= 7; reserved++)
        {
            yield return Closed($"reserved bits {reserved:b3} on a text", 1002, Frame(WebSocketOpcode.Text, "x"u8.ToArray(), reserved: reserved));
        }

        for (int bit = 1; bit <= 4; bit <<= 1)
        {
            yield return Closed($"reserved bit {bit:b3} on a ping", 1002, Frame(WebSocketOpcode.Ping, [], reserved: bit));
            yield return Closed($"reserved bit {bit:b3} on a close", 1002, Frame(WebSocketOpcode.Close, [0x03, 0xE8], reserved: bit));
            yield return Closed(
                $"reserved bit {bit:b3} on a continuation",
                1002,
                Join(ClientFrames.Text("a", final: false), Frame(WebSocketOpcode.Continuation, "b"u8.ToArray(), reserved: bit)));
        }

        yield return Closed(
            "a reserved bit after a good text",
            1002,
            Join(ClientFrames.Text("ok"), Frame(WebSocketOpcode.Binary, [1], reserved: 4)),
            Rfc6455Cases.Text("ok"));
    }

    private static IEnumerable<Rfc6455Case> ReservedOpcodes()
    {
        foreach (int opcode in (int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        {
            yield return Closed($"reserved opcode {opcode}", 1002, Frame((WebSocketOpcode)opcode, "x"u8.ToArray()));
        }

        yield return Closed("a reserved data opcode, not final", 1002, Frame((WebSocketOpcode)3, [], final: false));
        yield return Closed("a reserved control opcode, not final", 1002, Frame((WebSocketOpcode)11, [], final: false));
        yield return Closed(
            "a reserved opcode between fragments", 1002, Join(ClientFrames.Text("a", final: false), Frame((WebSocketOpcode)5, []), ClientFrames.Continue("b")));
    }

    private static IEnumerable<Rfc6455Case> Unfinished()
    {
        byte[] text = ClientFrames.Text("Hello");
        byte[] medium = ClientFrames.Binary(Ascii(300));
        byte[] large = ClientFrames.Binary(Ascii(70_000));
        yield return Open("nothing at all", []);
        yield return Open("half a header", text[..1]);
        yield return Open("a header without its key", text[..2]);
        yield return Open("a header with half its key", text[..4]);
        yield return Open("a header without its payload", text[..6]);
        yield return Open("all but the last byte", text[..^1]);
        yield return Open("half a 16-bit length", medium[..3]);
        yield return Open("a 16-bit length without a key", medium[..4]);
        yield return Open("half a 64-bit length", large[..6]);
        yield return Open("a 64-bit length without a key", large[..10]);
        yield return Open("all but the last byte of a large message", large[..^1]);
        yield return Open("one and a half messages", Join(text, text[..^1]), Rfc6455Cases.Text("Hello"));
    }
}

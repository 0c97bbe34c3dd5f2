using Realtime.Core.Framing;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.ClientFrames;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.Rfc6455Cases;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Sections 5.5.1, 7.1 and 7.4: the closing handshake and its codes.</summary>
internal static class CloseCases
{
    private const int NoCode = 1005;

    private static readonly AspNetCoreDifference ReadsNoCodeAs1000 =
        new("It reports a close without a code as 1000, so that is what is echoed.", PeerSees.CloseFrame(1000));
    private static readonly AspNetCoreDifference AnyReasonErrorIs1002 =
        new("It answers every fault of a close frame with 1002.", PeerSees.CloseFrame(1002));

    public static IEnumerable<Rfc6455Case> All() => [.. Good(), .. ValidCodes(), .. InvalidCodes(), .. InvalidReasons(), .. AfterTheEnd()];

    private static IEnumerable<Rfc6455Case> Good() =>
    [
        Closed("a close without a code", NoCode, Frame(WebSocketOpcode.Close, [])) with { AspNetCore = ReadsNoCodeAs1000 },
        Closed("a close with a reason", 1000, ClientFrames.Close(1000, "bye")),
        Closed("a close with the longest reason", 1001, ClientFrames.Close(1001, new string('r', 123))),
        Closed("a close with a reason beyond ASCII", 1000, ClientFrames.Close(1000, "au revoir, h\u00E9las \U0001F44B")),
        Closed("a close after a text", 1000, Join(ClientFrames.Text("a"), ClientFrames.Close(1000)), Rfc6455Cases.Text("a")),
        Closed(
            "a close after a ping", NoCode, Join(ClientFrames.Ping("p"), Frame(WebSocketOpcode.Close, [])), Rfc6455Cases.Ping("p")) with { AspNetCore = ReadsNoCodeAs1000 },
    ];

    private static IEnumerable<Rfc6455Case> ValidCodes()
    {
        foreach (int code in (int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001, 3999, 4000, 4001, 4999])
        {
            yield return Closed($"close code {code}", code, ClientFrames.Close(code));
        }
    }

    private static IEnumerable<Rfc6455Case> InvalidCodes()
    {
        yield return Closed("a close payload of one byte", 1002, Frame(WebSocketOpcode.Close, [0x03]));
        foreach (int code in (int[])[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 1999, 2000, 2999, 5000, 9999, 65535])
        {
            yield return Closed($"close code {code}", 1002, ClientFrames.Close(code));
            yield return Closed($"close code {code} with a reason", 1002, ClientFrames.Close(code, "why"));
        }
    }

    private static IEnumerable<Rfc6455Case> InvalidReasons() =>
    [
        Closed("a close reason that is not UTF-8", 1007, ClientFrames.Close(1000, [0x80])) with { AspNetCore = AnyReasonErrorIs1002 },
        Closed("a close reason with an overlong character", 1007, ClientFrames.Close(1000, [0x61, 0xC0, 0xAF])) with { AspNetCore = AnyReasonErrorIs1002 },
        Closed("a close reason with a surrogate", 1007, ClientFrames.Close(1000, [0xED, 0xA0, 0x80])) with { AspNetCore = AnyReasonErrorIs1002 },
        Closed("a close reason that ends within a character", 1007, ClientFrames.Close(1000, [0x61, 0xE2, 0x82])) with { AspNetCore = AnyReasonErrorIs1002 },
    ];

    private static IEnumerable<Rfc6455Case> AfterTheEnd() =>
    [
        Closed("a text after a close", 1000, Join(ClientFrames.Close(1000), ClientFrames.Text("late"))),
        Closed("a ping after a close", 1000, Join(ClientFrames.Close(1000), ClientFrames.Ping("late"))),
        Closed("a second close", 1000, Join(ClientFrames.Close(1000), ClientFrames.Close(1001))),
        Closed("garbage after a close", 1000, Join(ClientFrames.Close(1000), [0xFF, 0xFF, 0xFF, 0xFF])),
        Closed(
            "a close after a close without a code", NoCode, Join(Frame(WebSocketOpcode.Close, []), ClientFrames.Close(1000))) with { AspNetCore = ReadsNoCodeAs1000 },
        Closed("a text after an error", 1002, Join(Frame((WebSocketOpcode)3, []), ClientFrames.Text("late"))),
        Closed("a close after an error", 1002, Join(Frame((WebSocketOpcode)3, []), ClientFrames.Close(1000))),
        Closed("a close after text that is not UTF-8", 1007, Join(ClientFrames.Text([0xFF]), ClientFrames.Close(1000))),
    ];
}

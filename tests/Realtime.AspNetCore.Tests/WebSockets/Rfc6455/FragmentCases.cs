using Realtime.Core.Framing;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.ClientFrames;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.Rfc6455Cases;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Section 5.4: messages in several frames.</summary>
internal static class FragmentCases
{
    public static IEnumerable<Rfc6455Case> All() => [.. Good(), .. Empty(), .. Interleaved(), .. OutOfPlace()];

    private static IEnumerable<Rfc6455Case> Good() =>
    [
        Open("a text in two fragments", Join(ClientFrames.Text("Hel", final: false), ClientFrames.Continue("lo")), Rfc6455Cases.Text("Hello")),
        Open(
            "a text in three fragments",
            Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("b", final: false), ClientFrames.Continue("c")),
            Rfc6455Cases.Text("abc")),
        Open("a binary message in two fragments", Join(ClientFrames.Binary([1, 2], final: false), ClientFrames.Continue([3])), Rfc6455Cases.Binary(1, 2, 3)),
        Open(
            "a text in two hundred fragments of one byte",
            Join([ClientFrames.Text("x", final: false), .. Enumerable.Repeat(ClientFrames.Continue("x", final: false), 198), ClientFrames.Continue("x")]),
            Rfc6455Cases.Text(new string('x', 200))),
        Open(
            "fragments of growing length forms",
            Join(ClientFrames.Binary(Ascii(10), final: false), ClientFrames.Continue(Ascii(1000), final: false), ClientFrames.Continue(Ascii(70_000))),
            Rfc6455Cases.Binary([.. Ascii(10), .. Ascii(1000), .. Ascii(70_000)])),
        Open(
            "two fragmented messages, one after the other",
            Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("b"), ClientFrames.Binary([1], final: false), ClientFrames.Continue([2])),
            Rfc6455Cases.Text("ab"), Rfc6455Cases.Binary(1, 2)),
        Open(
            "a whole text after a fragmented one",
            Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("b"), ClientFrames.Text("c")),
            Rfc6455Cases.Text("ab"), Rfc6455Cases.Text("c")),
        Open("a fragment that nothing follows", ClientFrames.Text("a", final: false)),
        Open("two fragments that nothing follows", Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("b", final: false))),
    ];

    private static IEnumerable<Rfc6455Case> Empty() =>
    [
        Open("an empty first fragment", Join(ClientFrames.Text("", final: false), ClientFrames.Continue("a")), Rfc6455Cases.Text("a")),
        Open("an empty last fragment", Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("")), Rfc6455Cases.Text("a")),
        Open(
            "an empty fragment in the middle",
            Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("", final: false), ClientFrames.Continue("b")),
            Rfc6455Cases.Text("ab")),
        Open(
            "only empty fragments",
            Join(ClientFrames.Text("", final: false), ClientFrames.Continue("", final: false), ClientFrames.Continue("")),
            Rfc6455Cases.Text("")),
        Open("only empty binary fragments", Join(ClientFrames.Binary([], final: false), ClientFrames.Continue("")), Rfc6455Cases.Binary()),
    ];

    private static IEnumerable<Rfc6455Case> Interleaved() =>
    [
        Open(
            "a ping between fragments",
            Join(ClientFrames.Text("a", final: false), ClientFrames.Ping("p"), ClientFrames.Continue("b")),
            Rfc6455Cases.Ping("p"), Rfc6455Cases.Text("ab")),
        Open(
            "a pong between fragments",
            Join(ClientFrames.Text("a", final: false), ClientFrames.Pong("p"), ClientFrames.Continue("b")),
            Rfc6455Cases.Pong("p"), Rfc6455Cases.Text("ab")),
        Open(
            "pings between all of five fragments",
            Join(
                ClientFrames.Binary([1], final: false), ClientFrames.Ping("1"), ClientFrames.Continue([2], final: false), ClientFrames.Ping("2"),
                ClientFrames.Continue([3], final: false), ClientFrames.Ping("3"), ClientFrames.Continue([4], final: false), ClientFrames.Ping("4"),
                ClientFrames.Continue([5])),
            Rfc6455Cases.Ping("1"), Rfc6455Cases.Ping("2"), Rfc6455Cases.Ping("3"), Rfc6455Cases.Ping("4"), Rfc6455Cases.Binary(1, 2, 3, 4, 5)),
        Closed("a close between fragments", 1000, Join(ClientFrames.Text("a", final: false), ClientFrames.Close(1000), ClientFrames.Continue("b"))),
    ];

    private static IEnumerable<Rfc6455Case> OutOfPlace()
    {
        foreach (bool final in (bool[])[true, false])
        {
            string kind = final ? "final" : "not final";
            yield return Closed($"a continuation of nothing, {kind}", 1002, ClientFrames.Continue("a", final));
            yield return Closed($"an empty continuation of nothing, {kind}", 1002, ClientFrames.Continue("", final));
            yield return Closed(
                $"a continuation after a whole text, {kind}",
                1002,
                Join(ClientFrames.Text("a"), ClientFrames.Continue("b", final)),
                Rfc6455Cases.Text("a"));
            yield return Closed(
                $"a continuation after a fragmented text, {kind}",
                1002,
                Join(ClientFrames.Text("a", final: false), ClientFrames.Continue("b"), ClientFrames.Continue("c", final)),
                Rfc6455Cases.Text("ab"));
            yield return Closed($"a text within a text, {kind}", 1002, Join(ClientFrames.Text("a", final: false), ClientFrames.Text("b", final)));
            yield return Closed($"a binary message within a text, {kind}", 1002, Join(ClientFrames.Text("a", final: false), ClientFrames.Binary([1], final)));
            yield return Closed($"a text within a binary message, {kind}", 1002, Join(ClientFrames.Binary([1], final: false), ClientFrames.Text("b", final)));
            yield return Closed($"a text after an empty fragment, {kind}", 1002, Join(ClientFrames.Text("", final: false), ClientFrames.Text("b", final)));
        }

        yield return Closed(
            "a continuation of nothing after a ping", 1002, Join(ClientFrames.Ping("p"), ClientFrames.Continue("a")), Rfc6455Cases.Ping("p"));
        yield return Closed(
            "the mere header of a text within a text", 1002, Join(ClientFrames.Text("a", final: false), Header(WebSocketOpcode.Text, 5)));
    }
}

using Realtime.Core.Framing;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.ClientFrames;
using static Realtime.AspNetCore.Tests.WebSockets.Rfc6455.Rfc6455Cases;

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Sections 5.6 and 8.1: text is UTF-8, judged as a whole message.</summary>
internal static class Utf8Cases
{
    private const string ChecksEachFragment = "It checks each fragment as it comes; the RFC allows both.";
    private const string TrustsEmptyEnd = "It does not look for an unfinished character when the last fragment is empty.";
    private const string Unfinished = "unfinished";

    // Hex and name. Those of the second list are refused whether whole, or cut anywhere between two fragments.
    private static readonly (string Hex, string Name)[] Valid =
    [
        ("C2A2", "two bytes"), ("E282AC", "three bytes"), ("F09F9880", "four bytes"), ("00", "NUL"), ("7F", "DEL"), ("C280", "the first of two bytes"),
        ("DFBF", "the last of two bytes"), ("E0A080", "the first of three bytes"), ("ED9FBF", "the last before the surrogates"),
        ("EE8080", "the first after the surrogates"), ("EFBFBF", "the noncharacter U+FFFF"), ("F0908080", "the first of four bytes"),
        ("F48FBFBF", "the last of all"), ("EFBBBF41", "a byte order mark"), ("CEBAE1BDB9CF83CEBCCEB5", "a Greek word"), ("EFBFBD", "the replacement character"),
    ];

    private static readonly (string Hex, string Name)[] Invalid =
    [
        ("80", "a lone continuation byte"), ("BF", "the last continuation byte alone"), ("C080", "overlong NUL"), ("C1BF", "overlong DEL"),
        ("C0AF", "an overlong slash"), ("E08080", "overlong NUL in three"), ("E09FBF", "overlong in three"), ("F0808080", "overlong NUL in four"),
        ("F08FBFBF", "overlong in four"), ("EDA080", "the first surrogate"), ("EDBFBF", "the last surrogate"), ("EDA0BDEDB880", "a pair of surrogates"),
        ("F4908080", "one beyond the last"), ("F5808080", "byte F5"), ("F888808080", "five bytes"),
        ("FC8480808080", "six bytes"), ("FE", "byte FE"), ("FF", "byte FF"),
        ("C2", "unfinished, one of two bytes"), ("E282", "unfinished, two of three bytes"),
        ("F09F98", "unfinished, three of four bytes"), ("F09F", "unfinished, two of four bytes"),
        ("E22882", "a second byte that continues nothing"), ("F09F2880", "a third byte that continues nothing"), ("C2C2A2", "a start within a character"),
    ];

    public static IEnumerable<Rfc6455Case> All() => [.. Whole(), .. Cut(), .. NotText(), .. Early()];

    private static IEnumerable<Rfc6455Case> Whole()
    {
        foreach ((string hex, string name) in Valid)
        {
            byte[] utf8 = [(byte)'a', .. Convert.FromHexString(hex), (byte)'z'];
            yield return Open($"UTF-8: {name}", ClientFrames.Text(utf8), new ReceivedMessage(WebSocketOpcode.Text, utf8));
        }

        foreach ((string hex, string name) in Invalid)
        {
            byte[] bytes = Convert.FromHexString(hex);
            yield return Closed($"not UTF-8: {name}, alone", 1007, ClientFrames.Text(bytes));
            yield return Closed($"not UTF-8: {name}, after text", 1007, ClientFrames.Text([.. Ascii(40), .. bytes]));
        }
    }

    private static IEnumerable<Rfc6455Case> Cut()
    {
        foreach ((string hex, string name) in Valid)
        {
            byte[] utf8 = Convert.FromHexString(hex);
            for (int cut = 1; cut < utf8.Length; cut++)
            {
                yield return Open(
                    $"UTF-8: {name}, cut after {cut}",
                    Join(ClientFrames.Text(utf8[..cut], final: false), ClientFrames.Continue(utf8[cut..])),
                    new ReceivedMessage(WebSocketOpcode.Text, utf8));
            }
        }

        foreach ((string hex, string name) in Invalid)
        {
            byte[] bytes = Convert.FromHexString(hex);
            for (int cut = 0; cut <= bytes.Length; cut++)
            {
                Rfc6455Case row = Closed(
                    $"not UTF-8: {name}, cut after {cut}", 1007, Join(ClientFrames.Text(bytes[..cut], final: false), ClientFrames.Continue(bytes[cut..])));
                yield return cut == bytes.Length && name.StartsWith(Unfinished, StringComparison.Ordinal)
                    ? row with { AspNetCore = new(TrustsEmptyEnd, PeerSees.StillOpen, [new ReceivedMessage(WebSocketOpcode.Text, bytes)]) }
                    : row;
            }
        }

        yield return Open(
            "UTF-8: four bytes in four fragments around pings",
            Join(
                ClientFrames.Text([0xF0], final: false), ClientFrames.Ping("1"), ClientFrames.Continue([0x9F], final: false), ClientFrames.Ping("2"),
                ClientFrames.Continue([0x98], final: false), ClientFrames.Continue([0x80])),
            Rfc6455Cases.Ping("1"), Rfc6455Cases.Ping("2"), Rfc6455Cases.Text("\U0001F600"));
    }

    private static IEnumerable<Rfc6455Case> NotText() =>
    [
        Open("bytes that are not UTF-8 in a binary message", ClientFrames.Binary([0xFF, 0xC0, 0x80]), Rfc6455Cases.Binary(0xFF, 0xC0, 0x80)),
        Open(
            "bytes that are not UTF-8 in binary fragments",
            Join(ClientFrames.Binary([0xFF], final: false), ClientFrames.Continue([0xC0])),
            Rfc6455Cases.Binary(0xFF, 0xC0)),
        Closed(
            "text that is not UTF-8 after text that is", 1007, Join(ClientFrames.Text("ok"), ClientFrames.Text([0xFF])), Rfc6455Cases.Text("ok")),
        Closed(
            "a character cut between two messages",
            1007,
            Join(ClientFrames.Text([0xC2]), ClientFrames.Text([0xA2]))),
    ];

    private static IEnumerable<Rfc6455Case> Early() =>
    [
        Open("a first fragment that is not UTF-8, and no more", ClientFrames.Text([0xFF], final: false)) with
        {
            AspNetCore = new(ChecksEachFragment, PeerSees.CloseFrame(1007)),
        },
        Closed(
            "a first fragment that is not UTF-8, a ping and the rest",
            1007,
            Join(ClientFrames.Text([0xFF], final: false), ClientFrames.Ping("p"), ClientFrames.Continue("a")),
            Rfc6455Cases.Ping("p")) with
        {
            AspNetCore = new(ChecksEachFragment, PeerSees.CloseFrame(1007), []),
        },
        Closed(
            "a first fragment that is not UTF-8 and a wrong second one", 1002, Join(ClientFrames.Text([0xFF], final: false), ClientFrames.Text("a"))) with
        {
            AspNetCore = new(ChecksEachFragment, PeerSees.CloseFrame(1007)),
        },
    ];
}

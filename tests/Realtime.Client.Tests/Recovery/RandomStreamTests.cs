using System.Globalization;
using System.Text.RegularExpressions;
using static Realtime.Client.Tests.Recovery.RecoveryBench;

namespace Realtime.Client.Tests.Recovery;

/// <summary>A stream over a network that breaks anywhere, from a server that repeats, overtakes and loses: whatever happens, everything is seen once, in order, or reported.</summary>
public sealed partial class RandomStreamTests
{
    private const int Length = 80;

    [Fact]
    public async Task Whatever_happens_everything_is_seen_once_and_in_order()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            await RunAsync(new Random(seed), $"seed {seed}");
        }
    }

    private static async Task RunAsync(Random random, string seed)
    {
        // Each event is for us, for somebody else, or lost at the server.
        string kinds = new([.. Enumerable.Range(0, Length + 1).Select(_ => "eeeeeesl"[random.Next(8)])]);
        await using var bench = new RecoveryBench(options => options.Recovery.MaxHeldEvents = 4);
        FakeWire wire = await bench.ConnectAsync();
        wire.Say("""42["$rt:at","s:0"]""");
        for (int from = 1; from <= Length;)
        {
            int burst = random.Next(1, 30);
            bool breaksOff = from + burst <= Length;
            Send(wire, random, kinds, from, Math.Min(Length, from + burst), breaksOff);
            if (!breaksOff)
            {
                break;
            }

            (wire, string connect) = await bench.ReconnectAsync(wire);
            int position = int.Parse(Position().Match(connect).Groups[1].Value, CultureInfo.InvariantCulture);
            Assert.InRange(position, from - 1, from + burst);
            wire.Say(Granted(recovered: true));
            from = position + 1;
        }

        string[] expected = [.. Enumerable.Range(1, Length).Where(i => kinds[i] != 's').Select(i => kinds[i] == 'e' ? $"x  s:{i}" : $"gap s {i}-{i}"), "end  -"];
        wire.Say("""42["end","~0"]""");
        Assert.Equal(expected.Prepend(seed), (await bench.SeeAsync(expected.Length)).Prepend(seed));
    }

    // In order but for neighbours, which overtake each other; what was sent before comes again now and then.
    private static void Send(FakeWire wire, Random random, string kinds, int from, int to, bool breaksOff)
    {
        int[] order = [.. Enumerable.Range(from, to - from + 1)];
        for (int i = 0; i + 1 < order.Length; i += 2)
        {
            bool swaps = random.Next(3) == 0 && kinds[order[i]] == 'e' && kinds[order[i + 1]] == 'e';
            (order[i], order[i + 1]) = swaps ? (order[i + 1], order[i]) : (order[i], order[i + 1]);
        }

        int end = breaksOff ? random.Next(order.Length) : order.Length;
        for (int i = 0; i < end; i++)
        {
            int offset = random.Next(5) == 0 ? order[random.Next(i + 1)] : order[i];
            Say(wire, kinds[offset], offset);
            if (offset != order[i])
            {
                Say(wire, kinds[order[i]], order[i]);
            }
        }
    }

    private static void Say(FakeWire wire, char kind, int offset) => wire.Say(kind switch
    {
        'e' => $"""42["x","s:{offset}"]""",
        's' => $"""42["$rt:skip","s:{offset}"]""",
        _ => $"""42["$rt:gap","s",{offset},{offset}]""",
    });

    [GeneratedRegex("\"s\":(\\d+)")]
    private static partial Regex Position();
}

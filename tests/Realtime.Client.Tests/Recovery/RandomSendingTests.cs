using System.Globalization;
using System.Text.RegularExpressions;
using Realtime.Contracts;
using Realtime.Core.Protocol;

namespace Realtime.Client.Tests.Recovery;

/// <summary>Messages over a network that breaks anywhere, to a server that takes each number once: whatever happens, each is taken once, in order, and every call gets its own result.</summary>
public sealed partial class RandomSendingTests
{
    private const int Length = 60;
    private const int Window = 5;

    private static readonly RealtimeEvent<int, int> s_ask = new("ask");

    [Fact]
    public async Task Whatever_happens_each_message_is_taken_once_and_in_order()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            await RunAsync(new Random(seed));
        }
    }

    private static async Task RunAsync(Random random)
    {
        await using var bench = new RecoveryBench(options => options.AckTimeout = Timeout.InfiniteTimeSpan);
        FakeWire wire = await bench.ConnectAsync(Window);
        var calls = new List<Task<int>>();
        for (int i = 1; i <= Length; i++)
        {
            if (i % 3 == 0)
            {
                calls.Add(bench.Client.EmitAsync(s_ask, i).AsTask());
            }
            else
            {
                await bench.Client.EmitAsync("ask", i);
            }
        }

        var server = new Model();
        while (!IsDone())
        {
            await Bounded.UntilAsync(() => wire.HasSent || server.Open.Count > 0 || IsDone(), "something comes, or can be answered");
            int step = random.Next(20);
            if (step == 0)
            {
                wire = await bench.ResumeAsync(wire, server.Taken.Count, Window); // what it has not read is lost
                server.Reconnect();
            }
            else if (step < 11 && wire.HasSent)
            {
                server.Take(await wire.SentAsync());
            }
            else if (step >= 11 && server.Open.Count > 0)
            {
                wire.Say(server.Answer(random.Next(server.Open.Count)));
            }
        }

        Assert.Equal(Enumerable.Range(1, Length), server.Taken);
        Assert.Equal(Enumerable.Range(1, Length).Where(static i => i % 3 == 0).Select(static i => i * 10), await Task.WhenAll(calls).Within());

        bool IsDone() => server.Taken.Count == Length && calls.TrueForAll(static call => call.IsCompleted);
    }

    /// <summary>A server that keeps to the protocol, and sees when the client does not.</summary>
    private sealed class Model
    {
        private int _lastOnWire;

        /// <summary>Gets the messages that were taken.</summary>
        internal List<int> Taken { get; } = [];

        /// <summary>Gets what waits for its acknowledgement on this connection.</summary>
        internal List<(string Id, int Number)> Open { get; } = [];

        internal void Take(string sent)
        {
            Match match = Message().Match(sent);
            Assert.True(match.Success, sent);
            int number = Number(match, 3);
            int low = Number(match, 4);
            Assert.Equal(Number(match, 2), number); // each value has its number for ever
            Assert.True(number > _lastOnWire, "what goes out again goes out in order, before anything new");
            Assert.True(number <= Taken.Count + 1, "there is a hole");
            Assert.InRange(number, low, low + Window - 1);
            if (number == Taken.Count + 1)
            {
                Taken.Add(number);
            }

            _lastOnWire = number;
            Open.Add((match.Groups[1].Value, number));
        }

        internal string Answer(int index)
        {
            (string id, int number) = Open[index];
            Open.RemoveAt(index);
            return $"43{id}[{number * 10}]";
        }

        internal void Reconnect()
        {
            Open.Clear();
            _lastOnWire = 0;
        }

        private static int Number(Match match, int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""^42(\d+)\["ask",(\d+),\{"\$rt:id":(\d+),"low":(\d+)\}\]$""")]
    private static partial Regex Message();
}

using System.Globalization;
using CsCheck;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Tests.Sequencing;

public sealed class ReorderBufferTests
{
    private readonly ReorderBuffer<string> _buffer = new(new ReorderBufferOptions { MaxCount = 3, MaxBytes = 100 });

    [Fact]
    public void What_is_next_is_handed_over_with_what_follows_and_nothing_twice()
    {
        _buffer.Announce(At(4));
        Assert.Equal((ReorderOutcome.Taken, ""), (Add(6), Take()));
        Assert.Equal(ReorderOutcome.Duplicate, Add(6));
        Assert.Equal(ReorderOutcome.Duplicate, Add(4));
        Assert.Equal((5L, 5L), _buffer.HoleOf("s"));
        Assert.Equal((ReorderOutcome.Taken, "5 6"), (Add(5), Take()));
        Assert.Equal(ReorderOutcome.Duplicate, Add(5));
        Assert.Null(_buffer.HoleOf("s"));
        Assert.Equal([At(6)], _buffer.Positions);
        Assert.Equal((0, 0L), (_buffer.HeldCount, _buffer.HeldBytes));
    }

    [Fact]
    public void A_position_moves_only_when_something_was_handed_over()
    {
        _buffer.Announce(At(0));
        Add(1);
        Assert.True(_buffer.TryPeek(out ReorderRelease<string> release));
        Assert.Equal(("1", At(0)), (release.Item, _buffer.Positions.Single()));
        _buffer.Forget();
        Assert.Equal((ReorderOutcome.Taken, "1"), (Add(1), Take()));
    }

    [Fact]
    public void A_stream_that_was_not_announced_is_unknown()
    {
        Assert.Equal(ReorderOutcome.UnknownStream, Add(1));
        Assert.Equal(ReorderOutcome.UnknownStream, _buffer.Skip(At(1)));
        Assert.Equal(ReorderOutcome.UnknownStream, _buffer.Lose(new StreamGap("s", 1, 2)));
        _buffer.End("s");
        _buffer.Replace(new StreamPosition("t", 0), "s", 9);
        Assert.Equal("", Take());
        Assert.Equal([new StreamPosition("t", 0)], _buffer.Positions);
    }

    [Fact]
    public void No_more_is_held_than_may_be_and_what_is_next_is_taken_all_the_same()
    {
        _buffer.Announce(At(0));
        _buffer.Announce(new StreamPosition("t", 0));
        Add(3);
        Add(5);
        Assert.Equal(ReorderOutcome.Taken, _buffer.Add(new StreamPosition("t", 2), "t", 1));
        Assert.Equal(ReorderOutcome.Full, Add(7));
        Assert.Equal(ReorderOutcome.Full, _buffer.Lose(new StreamGap("s", 8, 9)));
        Assert.Equal((ReorderOutcome.Taken, "1"), (Add(1), Take()));
        Assert.Equal((ReorderOutcome.Taken, "2 3"), (Add(2), Take()));
        Assert.Equal((ReorderOutcome.Full, ReorderOutcome.Taken), (_buffer.Add(At(9), "9", 99), _buffer.Add(At(9), "9", 98)));
    }

    [Theory]
    [InlineData(5, 7, "gap 1-4 5 gap 6-6 7")] // what came nevertheless is handed over in its place
    [InlineData(8, 9, "gap 1-7")]
    public void A_gap_is_reported_around_what_came_nevertheless(long first, long second, string expected)
    {
        _buffer.Announce(At(0));
        Add(first);
        Add(second);
        _buffer.Lose(new StreamGap("s", 1, 7));
        Assert.StartsWith(expected, Take());
    }

    [Fact]
    public void A_gap_behind_a_hole_waits_for_it()
    {
        _buffer.Announce(At(0));
        _buffer.Lose(new StreamGap("s", 3, 4));
        Assert.Equal(("", (1L, 2L)), (Take(), _buffer.HoleOf("s")));
        Add(5);
        Add(1);
        Assert.Equal("1", Take());
        Add(2);
        Assert.Equal("2 gap 3-4 5", Take());
        _buffer.Lose(new StreamGap("s", 2, 5));
        Assert.Equal("", Take());
    }

    [Fact]
    public void A_gap_without_an_end_is_reported_and_the_position_stays()
    {
        _buffer.Announce(At(7));
        _buffer.Lose(new StreamGap("s", 8, null));
        Assert.Equal("gap 8-?", Take());
        Assert.Equal([At(7)], _buffer.Positions);
    }

    [Fact]
    public void A_skip_fills_every_hole_below_it_and_keeps_what_came()
    {
        _buffer.Announce(At(0));
        Add(3);
        Add(8);
        _buffer.Skip(At(6));
        Assert.Equal(("3", (7L, 7L)), (Take(), _buffer.HoleOf("s")));
        _buffer.Skip(At(2));
        Assert.Equal("", Take());
        Assert.Equal([At(6)], _buffer.Positions);
    }

    [Fact]
    public void A_stream_announced_again_goes_forward_and_never_back()
    {
        _buffer.Announce(At(5));
        Add(6);
        Assert.Equal("6", Take());
        _buffer.Announce(At(3));
        Assert.Equal("", Take());
        Assert.Equal(ReorderOutcome.Duplicate, Add(6));
        _buffer.Announce(At(9));
        Assert.Equal("", Take());
        Assert.Equal([At(9)], _buffer.Positions);
    }

    [Theory]
    [InlineData(4L, "gap 1-1 2 gap 3-4")]
    [InlineData(2L, "gap 1-1 2")]
    [InlineData(null, "gap 1-1 2 gap 1-?")]
    public void A_stream_that_is_replaced_ends_with_what_it_lacks(long? last, string expected)
    {
        _buffer.Announce(At(0));
        Add(2);
        _buffer.Replace(new StreamPosition("t", 0), "s", last);
        Assert.Equal(expected, Take());
        Assert.Equal([new StreamPosition("t", 0)], _buffer.Positions);
        Assert.Equal(0, _buffer.HeldCount);
    }

    [Fact]
    public void A_stream_that_ends_hands_over_what_it_holds()
    {
        _buffer.Announce(At(0));
        Add(2);
        _buffer.End("s");
        Assert.Equal("gap 1-1 2", Take());
        Assert.Empty(_buffer.Positions);
        Assert.Equal(ReorderOutcome.UnknownStream, Add(3));
    }

    // A stream of events each of which is for us, skipped or lost; they come in any order, some twice. The model: in the end everything for us was handed over in order, every
    // loss was reported, and nothing else.
    [Fact]
    public void Whatever_the_order_is_everything_comes_out_once_and_in_order() =>
        Gen.Select(Gen.Int[0, 9].Array[1, 30], Gen.Int[0, 1000].Array[60]).Sample((kinds, keys) =>
        {
            var buffer = new ReorderBuffer<string>(new ReorderBufferOptions());
            buffer.Announce(new StreamPosition("s", 0));
            var arrivals = Enumerable.Range(0, kinds.Length).Concat(Enumerable.Range(0, kinds.Length)).Where(i => kinds[i] > 1).ToArray();
            Array.Sort([.. arrivals.Select((_, index) => keys[index])], arrivals);
            var seen = new List<long>();
            foreach (int index in arrivals)
            {
                long offset = index + 1;
                _ = kinds[index] < 4 ? buffer.Lose(new StreamGap("s", offset, offset)) : buffer.Add(new StreamPosition("s", offset), $"{offset}", 1);
                Drain(buffer, seen);
                Assert.Equal(seen.Order().Distinct(), seen);
            }

            // What is neither (0, 1) is skipped last; until then everything behind it has to wait.
            long hole = Array.FindIndex(kinds, static kind => kind <= 1) + 1;
            Assert.Equal(Enumerable.Range(1, hole == 0 ? kinds.Length : (int)hole - 1).Select(static offset => (long)offset), seen);
            buffer.Skip(new StreamPosition("s", kinds.Length));
            Drain(buffer, seen);
            Assert.Equal(Enumerable.Range(1, kinds.Length).Where(offset => kinds[offset - 1] > 1).Select(static offset => (long)offset), seen);
            Assert.Equal((0, 0L, (long)kinds.Length), (buffer.HeldCount, buffer.HeldBytes, buffer.Positions.Single().Offset));
        });

    private static void Drain(ReorderBuffer<string> buffer, List<long> seen)
    {
        while (buffer.TryPeek(out ReorderRelease<string> release))
        {
            long item = long.Parse(release.Item ?? "0", CultureInfo.InvariantCulture);
            for (long offset = release.Gap?.From ?? item; offset <= (release.Gap?.To ?? item); offset++)
            {
                seen.Add(offset);
            }

            buffer.Advance(in release);
        }
    }

    private static StreamPosition At(long offset) => new("s", offset);

    private ReorderOutcome Add(long offset) => _buffer.Add(At(offset), $"{offset}", 1);

    private string Take()
    {
        var taken = new List<string>();
        while (_buffer.TryPeek(out ReorderRelease<string> release))
        {
            taken.Add(release.Gap is { } gap ? $"gap {gap.From}-{gap.To?.ToString(CultureInfo.InvariantCulture) ?? "?"}" : release.Item!);
            _buffer.Advance(in release);
        }

        return string.Join(' ', taken);
    }
}

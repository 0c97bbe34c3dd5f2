using CsCheck;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Tests.Sequencing;

public sealed class RoomLogTests
{
    private static readonly TimeSpan s_start = TimeSpan.FromHours(1);

    [Fact]
    public void Numbers_begin_with_1_and_have_no_holes()
    {
        RoomLog<string> log = Create(new RetentionLimits());
        Assert.Equal((0L, 1L), (log.Head, log.First));
        Assert.Equal(["1:a", "2:b", "3:c"], new[] { "a", "b", "c" }.Select(text => Append(log, text)));
        Assert.Equal((3L, 1L), (log.Head, log.First));
    }

    [Fact]
    public void Two_logs_are_two_streams() => Assert.NotEqual(Create(new RetentionLimits()).Stream, Create(new RetentionLimits()).Stream);

    [Fact]
    public void The_id_of_a_stream_is_one_of_the_wire() =>
        Assert.True(StreamPosition.TryParse($"{Create(new RetentionLimits()).Stream}:1", out _));

    [Fact]
    public void What_is_behind_an_offset_can_be_read_in_pages()
    {
        RoomLog<string> log = Create(new RetentionLimits());
        foreach (string text in new[] { "a", "b", "c", "d" })
        {
            Append(log, text);
        }

        Assert.Equal(["2:b", "3:c"], log.Read(after: 1, max: 2));
        Assert.Equal(["4:d"], log.Read(after: 3, max: 2));
        Assert.Equal([], log.Read(after: 4, max: 2));
        Assert.Equal([], log.Read(after: 9, max: 2));
    }

    [Fact]
    public void The_newest_entry_stays_whatever_its_size()
    {
        RoomLog<string> log = Create(new RetentionLimits { MaxBytes = 10 });
        Append(log, "small");
        Append(log, new string('x', 50));
        Assert.Equal((1, 2L), (log.Count, log.First));
    }

    [Fact]
    public void Age_takes_the_newest_entry_too_and_its_number_is_not_given_again()
    {
        RoomLog<string> log = Create(new RetentionLimits { MaxAge = TimeSpan.FromMinutes(1) });
        Append(log, "a");
        log.Expire(s_start + TimeSpan.FromMinutes(1));
        Assert.Equal(1, log.Count);
        log.Expire(s_start + TimeSpan.FromMinutes(1) + TimeSpan.FromTicks(1));
        Assert.Equal((0, 2L), (log.Count, log.First));
        Assert.Equal("2:b", Append(log, "b"));
    }

    [Fact]
    public void The_budget_takes_the_oldest_entry_of_all_logs()
    {
        var budget = new RetentionBudget(maxBytes: 3);
        var quiet = new RoomLog<string>(new RetentionLimits(), budget);
        var busy = new RoomLog<string>(new RetentionLimits(), budget);
        Append(busy, "a");
        Append(quiet, "b");
        Append(busy, "c");
        Append(busy, "d");
        Assert.Equal((2L, 1L), (busy.First, quiet.First));
        Append(busy, "e");
        Assert.Equal((3L, 1L), (busy.First, quiet.First)); // what is left of the quiet room is its newest
        Assert.Equal(3, budget.Bytes);
    }

    [Fact]
    public void The_budget_does_not_grow_with_what_a_busy_room_has_dropped()
    {
        var budget = new RetentionBudget(long.MaxValue);
        Append(new RoomLog<string>(new RetentionLimits(), budget), "a quiet room, whose entry is the oldest for ever");
        var busy = new RoomLog<string>(new RetentionLimits { MaxEntries = 10 }, budget);
        for (int i = 0; i < 10_000; i++)
        {
            Append(busy, "x");
        }

        Assert.InRange(budget.Marks, 11, 1100);
    }

    [Fact]
    public void A_log_that_is_cleared_weighs_nothing()
    {
        var budget = new RetentionBudget(maxBytes: 100);
        var log = new RoomLog<string>(new RetentionLimits(), budget);
        Append(log, "abc");
        log.Clear();
        Assert.Equal((0, 0L, 0L), (log.Count, log.Bytes, budget.Bytes));
    }

    /// <summary>Against a list of everything that was ever appended.</summary>
    [Fact]
    public void It_keeps_the_newest_entries_within_all_limits() =>
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 40], Gen.Int[1, 30], Gen.Select(Gen.Int[0, 12], Gen.Int[0, 9]).List[1, 40]).Sample((maxEntries, maxBytes, maxAge, steps) =>
        {
            var budget = new RetentionBudget(long.MaxValue);
            var log = new RoomLog<(long Offset, int Bytes, TimeSpan At)>(
                new RetentionLimits { MaxEntries = maxEntries, MaxBytes = maxBytes, MaxAge = TimeSpan.FromSeconds(maxAge) }, budget);
            var all = new List<(long Offset, int Bytes, TimeSpan At)>();
            TimeSpan now = s_start;
            foreach ((int bytes, int passed) in steps)
            {
                now += TimeSpan.FromSeconds(passed);
                TimeSpan at = now;
                all.Add(log.Append(offset => (offset, bytes, at), bytes, now));
                Assert.Equal(all.Count, log.Head);

                // The most that any limit allows, counted from the newest.
                int fit = 0;
                long sum = 0;
                while (fit < Math.Min(all.Count, maxEntries) && ((sum += all[^(fit + 1)].Bytes) <= maxBytes || fit == 0) && now - all[^(fit + 1)].At <= TimeSpan.FromSeconds(maxAge))
                {
                    fit++;
                }

                Assert.Equal(all[^fit..], log.Read(after: 0, max: int.MaxValue));
                Assert.Equal(all[^fit..].Sum(static entry => entry.Bytes), budget.Bytes);
            }
        });

    private static RoomLog<string> Create(RetentionLimits limits) => new(limits, new RetentionBudget(limits.MaxTotalBytes));

    private static string Append(RoomLog<string> log, string text) => log.Append(offset => $"{offset}:{text}", text.Length, s_start);
}

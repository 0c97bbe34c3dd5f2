using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Timing;

namespace Realtime.Core.Tests.Timing;

public sealed class TimingWheelTests : IDisposable
{
    private static readonly TimeSpan s_resolution = TimeSpan.FromMilliseconds(50);

    private readonly FakeTimeProvider _time = new();
    private readonly TimingWheel _wheel;

    public TimingWheelTests() => _wheel = new TimingWheel(_time, s_resolution);

    public void Dispose() => _wheel.Dispose();

    [Theory]
    [InlineData(1, 50)]
    [InlineData(49, 50)]
    [InlineData(50, 50)]
    [InlineData(51, 100)]
    [InlineData(25_000, 25_000)]
    [InlineData(25_001, 25_050)]
    public void A_deadline_is_met_at_the_first_tick_at_or_after_it(int due, int met)
    {
        var deadline = new Deadline();
        _wheel.Schedule(deadline, Milliseconds(due));

        _time.Advance(Milliseconds(met) - TimeSpan.FromTicks(1));
        Assert.Equal(0, deadline.Calls);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, deadline.Calls);
    }

    [Fact]
    public void A_deadline_is_met_once()
    {
        var deadline = new Deadline();
        _wheel.Schedule(deadline, Milliseconds(50));

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(1, deadline.Calls);
        Assert.Equal(0, _wheel.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-100_000)]
    public void A_deadline_in_the_past_is_met_at_the_next_tick(int delay)
    {
        _time.Advance(Milliseconds(120));
        var deadline = new Deadline();
        _wheel.Schedule(deadline, Milliseconds(delay));

        _time.Advance(Milliseconds(29));
        Assert.Equal(0, deadline.Calls);
        _time.Advance(Milliseconds(1));
        Assert.Equal(1, deadline.Calls);
    }

    [Fact]
    public void A_cancelled_deadline_is_not_met()
    {
        var deadline = new Deadline();
        _wheel.Schedule(deadline, Milliseconds(100));

        Assert.True(_wheel.Cancel(deadline));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, deadline.Calls);
        Assert.Equal(0, _wheel.Count);
    }

    [Fact]
    public void Cancelling_tells_whether_there_was_a_deadline()
    {
        var deadline = new Deadline();
        Assert.False(_wheel.Cancel(deadline));
        _wheel.Schedule(deadline, Milliseconds(50));
        _time.Advance(Milliseconds(50));

        Assert.False(_wheel.Cancel(deadline));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancelling_one_of_many_on_the_same_tick_leaves_the_others(int cancelled)
    {
        Deadline[] deadlines = [new(), new(), new()];
        foreach (Deadline deadline in deadlines)
        {
            _wheel.Schedule(deadline, Milliseconds(50));
        }

        _wheel.Cancel(deadlines[cancelled]);
        _time.Advance(Milliseconds(50));

        Assert.Equal(deadlines.Select((_, i) => i == cancelled ? 0 : 1), deadlines.Select(deadline => deadline.Calls));
    }

    [Theory]
    [InlineData(100, 3000)]
    [InlineData(3000, 100)]
    public void A_deadline_that_is_moved_is_met_only_at_its_new_time(int first, int second)
    {
        var deadline = new Deadline();
        _wheel.Schedule(deadline, Milliseconds(first));
        _wheel.Schedule(deadline, Milliseconds(second));
        Assert.Equal(1, _wheel.Count);

        _time.Advance(Milliseconds(second - 1));
        Assert.Equal(0, deadline.Calls);
        _time.Advance(Milliseconds(5000));
        Assert.Equal(1, deadline.Calls);
    }

    [Fact]
    public void A_deadline_may_be_set_again_when_it_is_met()
    {
        var deadline = new Deadline(met => _wheel.Schedule(met, Milliseconds(1000)));
        _wheel.Schedule(deadline, Milliseconds(1000));

        for (int i = 0; i < 1000; i++)
        {
            _time.Advance(Milliseconds(10));
        }

        Assert.Equal(10, deadline.Calls);
    }

    [Fact]
    public void A_deadline_may_be_cancelled_by_another_that_is_met_before_it()
    {
        var later = new Deadline();
        var sooner = new Deadline(_ => _wheel.Cancel(later));
        _wheel.Schedule(later, Milliseconds(100));
        _wheel.Schedule(sooner, Milliseconds(50));

        _time.Advance(Milliseconds(50));
        _time.Advance(Milliseconds(50));

        Assert.Equal(1, sooner.Calls);
        Assert.Equal(0, later.Calls);
    }

    [Theory]
    [InlineData(51_150)]
    [InlineData(51_200)]
    [InlineData(51_250)]
    [InlineData(102_400)]
    [InlineData(1_000_000)]
    public void A_deadline_many_turns_away_is_not_met_on_a_turn_before(int due)
    {
        var deadline = new Deadline();
        _wheel.Schedule(deadline, Milliseconds(due));

        for (int passed = 0; passed < due - 50; passed += 50)
        {
            _time.Advance(Milliseconds(50));
        }

        Assert.Equal(0, deadline.Calls);
        _time.Advance(Milliseconds(50));
        Assert.Equal(1, deadline.Calls);
    }

    [Fact]
    public void A_deadline_at_the_end_of_time_is_never_met()
    {
        _time.Advance(Milliseconds(75));
        Deadline[] deadlines = [new(), new(), new()];
        _wheel.ScheduleAt(deadlines[0], TimeSpan.MaxValue);
        _wheel.Schedule(deadlines[1], TimeSpan.MaxValue);
        _wheel.Schedule(deadlines[2], TimeSpan.MaxValue - Milliseconds(1));

        _time.Advance(TimeSpan.FromHours(1));

        Assert.All(deadlines, deadline => Assert.Equal(0, deadline.Calls));
    }

    [Fact]
    public void After_a_long_pause_everything_that_has_passed_is_met_once()
    {
        var clock = new PausedClock();
        using var wheel = new TimingWheel(clock, s_resolution);
        Deadline[] passed = [.. Enumerable.Range(0, 3000).Select(_ => new Deadline())];
        for (int i = 0; i < passed.Length; i++)
        {
            wheel.Schedule(passed[i], Milliseconds(100 * i));
        }

        var ahead = new Deadline();
        wheel.Schedule(ahead, TimeSpan.FromHours(2));
        clock.Wake(TimeSpan.FromHours(1));

        Assert.All(passed, deadline => Assert.Equal(1, deadline.Calls));
        Assert.Equal(0, ahead.Calls);
        Assert.Equal(1, wheel.Count);
    }

    [Fact]
    public void A_tick_that_comes_while_another_is_at_work_leaves_the_work_to_it()
    {
        var clock = new PausedClock();
        using var wheel = new TimingWheel(clock, s_resolution);
        var second = new Deadline();
        var first = new Deadline(_ => clock.Wake(Milliseconds(100)));
        wheel.Schedule(first, Milliseconds(50));
        wheel.Schedule(second, Milliseconds(150));

        clock.Wake(Milliseconds(50));
        Assert.Equal(0, second.Calls);
        clock.Wake(Milliseconds(50));

        Assert.Equal(1, first.Calls);
        Assert.Equal(1, second.Calls);
    }

    [Fact]
    public void What_a_deadline_throws_is_reported_and_the_others_are_met()
    {
        var clock = new PausedClock();
        List<Exception> failures = [];
        using var wheel = new TimingWheel(clock, s_resolution, failures.Add);
        var thrown = new InvalidOperationException("a mistake");
        var second = new Deadline();
        wheel.Schedule(new Deadline(_ => throw thrown), Milliseconds(50));
        wheel.Schedule(second, Milliseconds(100));

        clock.Wake(Milliseconds(50));
        clock.Wake(Milliseconds(50));

        Assert.Same(thrown, Assert.Single(failures));
        Assert.Equal(1, second.Calls);
    }

    [Fact]
    public void After_the_end_nothing_is_met_or_set()
    {
        var before = new Deadline();
        var after = new Deadline();
        _wheel.Schedule(before, Milliseconds(50));

        _wheel.Dispose();
        _wheel.Schedule(after, Milliseconds(50));
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, before.Calls + after.Calls);
        Assert.False(_wheel.Cancel(after));
    }

    [Fact]
    public void Now_is_the_time_since_the_start()
    {
        _time.Advance(Milliseconds(123));

        Assert.Equal(Milliseconds(123), _wheel.Now);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new TimingWheel(null!, s_resolution));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimingWheel(_time, TimeSpan.FromTicks(9999)));
        Assert.Throws<ArgumentNullException>(() => _wheel.ScheduleAt(null!, default));
        Assert.Throws<ArgumentNullException>(() => _wheel.Cancel(null!));
    }

    [Fact]
    public void Whatever_is_done_to_it_it_agrees_with_a_list_of_deadlines()
    {
        Gen<Step> step = Gen.Select(Gen.Int[0, 9], Gen.Enum<Act>(), Gen.Frequency((6, Gen.Int[0, 400]), (1, Gen.Int[0, 120_000])), (entry, act, time) => new Step(entry, act, time));
        step.Array[1, 120].Sample(
            steps =>
            {
                var time = new FakeTimeProvider();
                using var wheel = new TimingWheel(time, s_resolution);
                var model = new NaiveWheel(s_resolution);
                Deadline[] entries = [.. Enumerable.Range(0, 10).Select(_ => new Deadline())];
                foreach (Step taken in steps)
                {
                    Take(taken, time, wheel, model, entries);
                    Assert.Equal(model.Calls, entries.Select(entry => entry.Calls));
                    Assert.Equal(model.Count, wheel.Count);
                }
            },
            iter: 400);
    }

    [Fact]
    public async Task Many_threads_may_use_it_at_once()
    {
        const int Threads = 4;
        const int Each = 2000;
        Deadline[][] entries = [.. Enumerable.Range(0, Threads).Select(_ => Enumerable.Range(0, Each).Select(_ => new Deadline()).ToArray())];
        using var start = new Barrier(Threads + 1);
        Task<List<Deadline>>[] users = [.. entries.Select(own => Task.Factory.StartNew(() => Use(own, start), TaskCreationOptions.LongRunning))];

        start.SignalAndWait();
        while (!Array.TrueForAll(users, user => user.IsCompleted))
        {
            _time.Advance(s_resolution);
        }

        var cancelled = (await Task.WhenAll(users)).SelectMany(own => own).ToHashSet();
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, _wheel.Count);
        Assert.All(entries.SelectMany(own => own), entry => Assert.True(entry.Calls > 0 || cancelled.Contains(entry)));
    }

    // Sets every deadline twice and cancels every third. One that passes at that very moment may be both called and cancelled, but never neither.
    private List<Deadline> Use(Deadline[] own, Barrier start)
    {
        start.SignalAndWait();
        var cancelled = new List<Deadline>();
        for (int i = 0; i < own.Length; i++)
        {
            _wheel.Schedule(own[i], Milliseconds(i % 200));
            _wheel.ScheduleAt(own[i], _wheel.Now + TimeSpan.FromDays(1));
            if (i % 3 != 0)
            {
                _wheel.Schedule(own[i], Milliseconds(i % 700));
            }
            else if (_wheel.Cancel(own[i]))
            {
                cancelled.Add(own[i]);
            }
        }

        return cancelled;
    }

    private static void Take(Step step, FakeTimeProvider time, TimingWheel wheel, NaiveWheel model, Deadline[] entries)
    {
        switch (step.Act)
        {
            case Act.Schedule:
                wheel.Schedule(entries[step.Entry], Milliseconds(step.Time));
                model.Schedule(step.Entry, Milliseconds(step.Time));
                break;
            case Act.Cancel:
                Assert.Equal(model.Cancel(step.Entry), wheel.Cancel(entries[step.Entry]));
                break;
            default:
                time.Advance(Milliseconds(step.Time));
                model.Advance(Milliseconds(step.Time));
                break;
        }
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private enum Act
    {
        Schedule,
        Cancel,
        Advance,
    }

    private sealed record Step(int Entry, Act Act, int Time);

    /// <summary>What the wheel promises, in the plainest words: a deadline is met when a whole number of resolutions has passed that reaches it.</summary>
    private sealed class NaiveWheel(TimeSpan resolution)
    {
        private readonly TimeSpan?[] _due = new TimeSpan?[10];
        private TimeSpan _now;

        internal int[] Calls { get; } = new int[10];

        internal int Count => _due.Count(due => due is not null);

        internal void Schedule(int entry, TimeSpan delay) => _due[entry] = _now + delay;

        internal bool Cancel(int entry)
        {
            bool had = _due[entry] is not null;
            _due[entry] = null;
            return had;
        }

        internal void Advance(TimeSpan by)
        {
            long before = _now.Ticks / resolution.Ticks;
            _now += by;
            long lastTick = _now.Ticks / resolution.Ticks;
            for (int entry = 0; entry < _due.Length; entry++)
            {
                if (lastTick > before && _due[entry] <= resolution * lastTick)
                {
                    _due[entry] = null;
                    Calls[entry]++;
                }
            }
        }
    }

    /// <summary>A clock whose timer ticks only when told to, as after a suspension: many periods have passed and it ticks once.</summary>
    private sealed class PausedClock : TimeProvider, ITimer
    {
        private TimeSpan _now;
        private TimerCallback? _callback;
        private object? _state;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            _state = state;
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() => _callback = null;

        public ValueTask DisposeAsync() => default;

        internal void Wake(TimeSpan after)
        {
            _now += after;
            _callback?.Invoke(_state);
        }
    }
}

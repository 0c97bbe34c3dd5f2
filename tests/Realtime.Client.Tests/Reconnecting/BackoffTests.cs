using CsCheck;
using Realtime.Client.Reconnecting;
using Realtime.Client.States;

namespace Realtime.Client.Tests.Reconnecting;

public sealed class BackoffTests
{
    [Fact]
    public void The_default_delay_is_the_formula_for_every_seed_and_attempt() =>
        Gen.Select(Gen.Int, Gen.Int[0, 5000], Gen.Int[0, 5000], Gen.Int[0, 60_000]).Sample((seed, attempt, baseMs, maxMs) =>
        {
            var random = new Random(seed);
            var policy = new ExponentialBackoff(TimeSpan.FromMilliseconds(baseMs), TimeSpan.FromMilliseconds(maxMs), random: random.NextDouble);

            TimeSpan? delay = policy.GetDelay(new ReconnectArguments(attempt, ClientCloseReason.TransportError, TimeSpan.Zero));

            double expected = Math.Min(maxMs, (baseMs * Math.Pow(2, attempt)) + (new Random(seed).NextDouble() * 1000));
            Assert.Equal(expected, delay!.Value.TotalMilliseconds, 1e-3);
        });

    [Fact]
    public void With_its_defaults_it_begins_at_one_to_two_seconds_and_never_exceeds_thirty() =>
        Gen.Select(Gen.Int, Gen.Int[0, int.MaxValue]).Sample((seed, attempt) =>
        {
            var policy = new ExponentialBackoff(random: new Random(seed).NextDouble);

            Assert.InRange(policy.GetDelay(new ReconnectArguments(0, ClientCloseReason.TransportError, TimeSpan.Zero))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
            Assert.InRange(policy.GetDelay(new ReconnectArguments(attempt, ClientCloseReason.TransportError, TimeSpan.Zero))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        });

    [Fact]
    public void The_number_of_attempts_is_unlimited_unless_told_otherwise()
    {
        var limited = new ExponentialBackoff(maxAttempts: 3);

        Assert.NotNull(limited.GetDelay(new ReconnectArguments(2, ClientCloseReason.TransportError, TimeSpan.Zero)));
        Assert.Null(limited.GetDelay(new ReconnectArguments(3, ClientCloseReason.TransportError, TimeSpan.Zero)));
        Assert.NotNull(new ExponentialBackoff().GetDelay(new ReconnectArguments(int.MaxValue, ClientCloseReason.TransportError, TimeSpan.FromDays(3650))));
        Assert.Null(new NoReconnect().GetDelay(default));
    }

    [Fact]
    public void Full_jitter_is_anything_up_to_the_exponential_delay_and_uses_the_whole_of_it()
    {
        Gen.Select(Gen.Int, Gen.Int[0, 5000]).Sample((seed, attempt) =>
        {
            var policy = new FullJitterBackoff(random: new Random(seed).NextDouble);

            double most = Math.Min(30_000, 1000 * Math.Pow(2, attempt));
            Assert.Equal(new Random(seed).NextDouble() * most, policy.GetDelay(new ReconnectArguments(attempt, ClientCloseReason.TransportError, TimeSpan.Zero))!.Value.TotalMilliseconds, 1e-3);
        });
        Assert.Equal(TimeSpan.Zero, new FullJitterBackoff(random: () => 0).GetDelay(default));
    }

    [Fact]
    public void Delays_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialBackoff(TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FullJitterBackoff(maxDelay: TimeSpan.FromSeconds(-1)));
    }
}

using Microsoft.Extensions.Time.Testing;
using Realtime.Core.Idempotency;

namespace Realtime.Core.Tests.Idempotency;

public sealed class MemoryIdempotencyStoreTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly IdempotencyOptions _options = new();

    [Fact]
    public async Task A_claim_whose_lease_has_run_out_is_unknown_not_free()
    {
        MemoryIdempotencyStore store = Create();
        await ClaimAsync(store, "k");
        _time.Advance(s_lease - TimeSpan.FromTicks(1));
        Assert.Equal(IdempotencyState.Running, (await ClaimAsync(store, "k", takeOver: true)).State);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync(store, "k")).State);
        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync(store, "k")).State);
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_claim_ends_or_the_time_is_up()
    {
        MemoryIdempotencyStore store = Create();
        IdempotencyClaim first = await ClaimAsync(store, "k");
        Task waiting = store.WaitAsync("k", first.Fence, s_lease, default).AsTask();
        Assert.False(waiting.IsCompleted);
        await CompleteAsync(store, "k", first.Fence, 1);
        await waiting.Within();
        Assert.True(store.WaitAsync("k", first.Fence, s_lease, default).IsCompleted);

        IdempotencyClaim other = await ClaimAsync(store, "other");
        Task timed = store.WaitAsync("other", other.Fence, s_lease, default).AsTask();
        Task released = store.WaitAsync("other", other.Fence, 2 * s_lease, default).AsTask();
        _time.Advance(s_lease);
        await timed.Within();
        Assert.False(released.IsCompleted);
        await store.ReleaseAsync("other", other.Fence, default);
        await released.Within();
    }

    [Fact]
    public async Task What_is_past_its_retention_is_forgotten()
    {
        MemoryIdempotencyStore store = Create();
        IdempotencyClaim done = await ClaimAsync(store, "done");
        await ClaimAsync(store, "orphan");
        await CompleteAsync(store, "done", done.Fence, 1);
        _time.Advance(_options.Retention - TimeSpan.FromTicks(1));
        Assert.Equal(IdempotencyState.Completed, (await ClaimAsync(store, "done")).State);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(IdempotencyState.Claimed, (await ClaimAsync(store, "done")).State);
        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync(store, "orphan")).State); // its lease ended later
        _time.Advance(s_lease);

        Assert.Equal(IdempotencyState.Claimed, (await ClaimAsync(store, "orphan")).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_full_store_forgets_the_oldest_results_but_none_that_is_young_and_no_claim(bool byCount)
    {
        _options.MaxKeys = byCount ? 3 : int.MaxValue;
        _options.MaxBytes = byCount ? long.MaxValue : 700; // three records of some 200 bytes fit, and a fourth finds the bound reached
        MemoryIdempotencyStore store = Create();
        IdempotencyClaim a = await ClaimAsync(store, "a");
        await CompleteAsync(store, "a", a.Fence, 1);
        _time.Advance(_options.MinRetention / 2);
        IdempotencyClaim b = await ClaimAsync(store, "b");
        await CompleteAsync(store, "b", b.Fence, new byte[90]);
        IdempotencyClaim running = await ClaimAsync(store, "running", lease: TimeSpan.FromHours(1));
        Assert.Equal((IdempotencyState.Full, 0), Of(await ClaimAsync(store, "c")));
        Assert.Equal(IdempotencyState.Completed, (await ClaimAsync(store, "a")).State);
        _time.Advance(_options.MinRetention / 2);

        Assert.Equal(IdempotencyState.Claimed, (await ClaimAsync(store, "c", lease: TimeSpan.FromHours(1))).State);
        Assert.Equal(IdempotencyState.Completed, (await ClaimAsync(store, "b")).State);
        _time.Advance(_options.MinRetention);
        Assert.Equal(IdempotencyState.Claimed, (await ClaimAsync(store, "a", lease: TimeSpan.FromHours(1))).State); // in the place of b
        _time.Advance(_options.MinRetention);
        Assert.Equal(byCount ? IdempotencyState.Full : IdempotencyState.Claimed, (await ClaimAsync(store, "d")).State);
        Assert.Equal((IdempotencyState.Running, running.Fence), Of(await ClaimAsync(store, "running")));
    }

    private static (IdempotencyState State, long Fence) Of(IdempotencyClaim claim) => (claim.State, claim.Fence);

    private static ValueTask<bool> CompleteAsync(MemoryIdempotencyStore store, string key, long fence, params byte[] result) =>
        store.CompleteAsync(key, fence, result, CancellationToken.None);

    private static ValueTask<IdempotencyClaim> ClaimAsync(MemoryIdempotencyStore store, string key, bool takeOver = false, TimeSpan? lease = null) =>
        store.ClaimAsync(key, lease ?? s_lease, takeOver, CancellationToken.None);

    private MemoryIdempotencyStore Create() => new(_options, _time);
}

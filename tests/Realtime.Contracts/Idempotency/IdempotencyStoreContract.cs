using Realtime.Core.Idempotency;

namespace Realtime.Contracts.Idempotency;

/// <summary>What <see cref="IIdempotencyStore"/> promises.</summary>
public abstract class IdempotencyStoreContract : IAsyncLifetime
{
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30); // of the clock of a store elsewhere, which goes on by itself

    private IIdempotencyStore _store = null!;

    public async Task InitializeAsync() => _store = await CreateStoreAsync(new IdempotencyOptions());

    public virtual Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_key_is_claimed_once_and_its_result_known_from_then_on()
    {
        IdempotencyClaim first = await ClaimAsync("k");
        Assert.Equal(IdempotencyState.Claimed, first.State);
        Assert.Equal((IdempotencyState.Running, first.Fence), Of(await ClaimAsync("k")));
        Assert.Equal((IdempotencyState.Running, first.Fence), Of(await ClaimAsync("k", takeOver: true)));
        Assert.True(await CompleteAsync("k", first.Fence, 7));
        IdempotencyClaim again = await ClaimAsync("k", takeOver: true);

        Assert.Equal((IdempotencyState.Completed, first.Fence), Of(again));
        Assert.Equal([7], again.Result.ToArray());
        Assert.Equal(IdempotencyState.Claimed, (await ClaimAsync("other")).State);
    }

    [Fact]
    public async Task An_empty_result_is_one_and_a_result_may_be_replaced()
    {
        IdempotencyClaim first = await ClaimAsync("k");
        Assert.True(await CompleteAsync("k", first.Fence));
        Assert.Equal(IdempotencyState.Completed, (await ClaimAsync("k")).State);
        Assert.True(await CompleteAsync("k", first.Fence, 0, 255));

        Assert.Equal([0, 255], (await ClaimAsync("k")).Result.ToArray());
    }

    [Fact]
    public async Task Of_many_that_ask_at_once_one_has_it()
    {
        IdempotencyClaim[] claims = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => ClaimAsync("k").AsTask()))).Within();

        Assert.Single(claims, static claim => claim.State == IdempotencyState.Claimed);
        Assert.Equal(31, claims.Count(static claim => claim.State == IdempotencyState.Running));
    }

    [Fact]
    public async Task A_claim_whose_lease_has_run_out_is_unknown_not_free()
    {
        await ClaimAsync("k");
        await PassAsync(s_lease - s_margin);
        Assert.Equal(IdempotencyState.Running, (await ClaimAsync("k", takeOver: true)).State);
        await PassAsync(s_margin);

        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync("k")).State);
        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync("k")).State);
    }

    [Fact]
    public async Task Who_was_taken_over_can_write_nothing_any_more()
    {
        IdempotencyClaim slow = await ClaimAsync("k");
        await PassAsync(s_lease);
        IdempotencyClaim next = await ClaimAsync("k", takeOver: true);
        Assert.Equal(IdempotencyState.Claimed, next.State);
        Assert.True(next.Fence > slow.Fence);
        Assert.False(await CompleteAsync("k", slow.Fence, 1));
        Assert.False(await _store.RenewAsync("k", slow.Fence, s_lease, default));
        Assert.False(await _store.ReleaseAsync("k", slow.Fence, default));
        Assert.True(await CompleteAsync("k", next.Fence, 2));

        Assert.Equal([2], (await ClaimAsync("k")).Result.ToArray());
    }

    [Fact]
    public async Task A_renewed_claim_stays_and_a_late_result_counts_while_nobody_has_taken_over()
    {
        IdempotencyClaim claim = await ClaimAsync("k");
        await PassAsync(s_lease / 2);
        Assert.True(await _store.RenewAsync("k", claim.Fence, s_lease, default));
        await PassAsync((s_lease / 2) + s_margin);
        Assert.Equal(IdempotencyState.Running, (await ClaimAsync("k")).State);
        await PassAsync(s_lease);
        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync("k")).State);

        Assert.True(await CompleteAsync("k", claim.Fence, 3));
        Assert.False(await _store.RenewAsync("k", claim.Fence, s_lease, default));
        Assert.Equal([3], (await ClaimAsync("k")).Result.ToArray());
    }

    [Fact]
    public async Task A_released_key_is_free_and_a_completed_one_cannot_be_released()
    {
        IdempotencyClaim first = await ClaimAsync("k");
        Assert.True(await _store.ReleaseAsync("k", first.Fence, default));
        Assert.False(await CompleteAsync("k", first.Fence, 1));
        Assert.False(await _store.RenewAsync("k", first.Fence, s_lease, default));
        Assert.False(await _store.ReleaseAsync("k", first.Fence, default));
        IdempotencyClaim second = await ClaimAsync("k");
        Assert.Equal(IdempotencyState.Claimed, second.State);
        Assert.True(second.Fence > first.Fence);
        Assert.False(await CompleteAsync("k", first.Fence, 1)); // the fence of a key that was gone in between
        await CompleteAsync("k", second.Fence, 2);

        Assert.False(await _store.ReleaseAsync("k", second.Fence, default));
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_claim_ends_or_the_time_is_up()
    {
        IdempotencyClaim first = await ClaimAsync("k");
        Task waiting = _store.WaitAsync("k", first.Fence, s_lease, default).AsTask();
        Assert.False(waiting.IsCompleted);
        await CompleteAsync("k", first.Fence, 1);
        await waiting.Within();
        await _store.WaitAsync("k", first.Fence, s_lease, default).AsTask().Within();

        IdempotencyClaim other = await ClaimAsync("other");
        Task timed = _store.WaitAsync("other", other.Fence, s_lease / 2, default).AsTask();
        Task released = _store.WaitAsync("other", other.Fence, 2 * s_lease, default).AsTask();
        await PassUntilAsync(timed);
        await _store.ReleaseAsync("other", other.Fence, default);
        await released.Within();
    }

    [Fact]
    public async Task Who_waits_is_told_when_the_claim_is_taken_over_and_when_it_is_not_waited_for()
    {
        IdempotencyClaim first = await ClaimAsync("k");
        using var giveUp = new CancellationTokenSource();
        Task waiting = _store.WaitAsync("k", first.Fence, 4 * s_lease, default).AsTask();
        Task givenUp = _store.WaitAsync("k", first.Fence, 4 * s_lease, giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp.Within());
        await PassAsync(s_lease);
        Assert.False(waiting.IsCompleted);
        await ClaimAsync("k", takeOver: true);

        await waiting.Within();
    }

    [Fact]
    public async Task What_is_past_its_retention_is_forgotten()
    {
        TimeSpan retention = new IdempotencyOptions().Retention;
        IdempotencyClaim done = await ClaimAsync("done");
        await ClaimAsync("orphan");
        await CompleteAsync("done", done.Fence, 1);
        await PassAsync(retention - s_margin);
        Assert.Equal(IdempotencyState.Completed, (await ClaimAsync("done")).State);
        await PassAsync(s_margin);
        IdempotencyClaim again = await ClaimAsync("done");
        Assert.Equal(IdempotencyState.Claimed, again.State);
        Assert.True(again.Fence > done.Fence);
        Assert.Equal(IdempotencyState.Unknown, (await ClaimAsync("orphan")).State); // its lease ended later
        await PassAsync(s_lease);

        Assert.Equal(IdempotencyState.Claimed, (await ClaimAsync("orphan")).State);
    }

    /// <summary>Makes a store that is empty.</summary>
    protected abstract Task<IIdempotencyStore> CreateStoreAsync(IdempotencyOptions options);

    /// <summary>Lets time pass, for who waits and for what is stored.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    private static (IdempotencyState State, long Fence) Of(IdempotencyClaim claim) => (claim.State, claim.Fence);

    private ValueTask<bool> CompleteAsync(string key, long fence, params byte[] result) => _store.CompleteAsync(key, fence, result, CancellationToken.None);

    private ValueTask<IdempotencyClaim> ClaimAsync(string key, bool takeOver = false) => _store.ClaimAsync(key, s_lease, takeOver, CancellationToken.None);

    private async Task PassUntilAsync(Task task)
    {
        using var limit = new CancellationTokenSource(Bounded.Limit);
        while (!task.IsCompleted)
        {
            Assert.False(limit.IsCancellationRequested, "However much time passes, it does not come.");
            await PassAsync(TimeSpan.FromSeconds(1));
            await Task.WhenAny(task, Task.Delay(1, CancellationToken.None));
        }
    }
}

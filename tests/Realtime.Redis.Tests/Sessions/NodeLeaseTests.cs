using Realtime.Contracts;
using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Sessions;

/// <summary>Nodes that die, or are stopped for a while and go on.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class NodeLeaseTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly TimeSpan s_certain = RedisSessionBench.Lease * 0.8;
    private RedisSessionBench _bench = null!;
    private readonly TaskCompletionSource _yielded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordingOwner _b = new();
    private RecordingOwner _slow = null!;
    private RedisSessionStore _stopped = null!;

    public Task InitializeAsync()
    {
        _bench = new RedisSessionBench(redis, nodes: 1);
        _slow = new RecordingOwner((_, _) => _yielded.Task);
        _stopped = _bench.AddNode(new StoppedTimers(_bench.Time));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _yielded.TrySetResult();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_cannot_renew_its_lease_is_certain_of_nothing_before_others_may_take_what_it_has()
    {
        SessionOwnership session = await CreateAsync();
        _bench.Time.Advance(s_certain - TimeSpan.FromTicks(1));
        Assert.True(_stopped.IsOwnershipCertain(session));
        _bench.Time.Advance(TimeSpan.FromTicks(1));

        Assert.False(_stopped.IsOwnershipCertain(session));
    }

    [Fact]
    public async Task A_node_that_renews_its_lease_stays_certain()
    {
        RedisSessionStore store = _bench.AddNode(configure: static options => options.LeaseRenewal = RedisSessionBench.Lease * 0.3);
        SessionOwnership session = (await store.CreateAsync(SessionBench.NewRecord(), _b, default))!.Ownership;
        RedisKey lease = Assert.Single(await _bench.KeysAsync($"{_bench.Prefix}:lease:*"));
        for (int i = 1; i < 10; i++)
        {
            await Bounded.UntilAsync(
                async () =>
                {
                    Assert.True(store.IsOwnershipCertain(session));
                    _bench.Time.Advance(RedisSessionBench.Lease / 600); // the next renewal is planned when one has ended
                    return (long)await _bench.Database.StringGetAsync(lease) >= i;
                },
                "the lease was renewed");
        }
    }

    [Fact]
    public async Task A_session_of_a_node_that_does_not_answer_nor_renew_its_lease_is_taken_when_that_is_over_and_not_before()
    {
        SessionOwnership session = await CreateAsync();
        Task<SessionClaim> claim = ClaimAsync(attempt: 2);
        await _slow.UntilAskedAsync();
        Assert.True(_bench.Options.YieldTimeout < RedisSessionBench.Lease);
        _bench.Time.Advance(RedisSessionBench.Lease); // a node that renewed its lease would have lost it by now
        for (int i = 0; i < 20; i++)
        {
            _bench.Time.Advance(TimeSpan.FromMilliseconds(100));
            await _bench.Database.PingAsync();
        }

        Assert.False(claim.IsCompleted);
        Assert.False(_stopped.IsOwnershipCertain(session));
        await _bench.AgeAsync($"{_bench.Prefix}:lease:*.*", RedisSessionBench.Lease);

        Assert.Equal(2, (await _bench.PassUntilAsync(claim)).Record!.Fence);
    }

    [Fact]
    public async Task A_node_whose_lease_is_over_is_not_waited_for()
    {
        await CreateAsync();
        await _bench.AgeAsync($"{_bench.Prefix}:lease:*", RedisSessionBench.Lease);

        Assert.Equal(2, (await ClaimAsync(attempt: 2).Within()).Record!.Fence); // no time passes
    }

    [Fact]
    public async Task A_node_that_stops_in_order_is_not_waited_for()
    {
        await CreateAsync();
        await _stopped.DisposeAsync();
        Assert.Empty(await _bench.KeysAsync($"{_bench.Prefix}:lease:*"));

        Assert.Equal(2, (await ClaimAsync(attempt: 2).Within()).Record!.Fence);
    }

    [Fact]
    public async Task A_node_that_goes_on_after_its_lease_was_over_is_certain_only_of_what_it_has_touched_since()
    {
        SessionOwnership kept = await CreateAsync("kept");
        SessionOwnership lost = await CreateAsync("lost");
        await _bench.AgeAsync($"{_bench.Prefix}:lease:*", RedisSessionBench.Lease);
        _bench.Time.Advance(RedisSessionBench.Lease);
        Assert.Equal(ClaimStatus.Claimed, (await ClaimAsync(attempt: 2, "lost").Within()).Status);
        SessionOwnership fresh = await CreateAsync("fresh"); // with a new lease
        Assert.Equal([false, false, true], new[] { kept, lost, fresh }.Select(_stopped.IsOwnershipCertain));

        Assert.Equal([lost], await _stopped.TouchAsync([kept, lost, fresh], default));

        Assert.Equal([true, false, true], new[] { kept, lost, fresh }.Select(_stopped.IsOwnershipCertain));
    }

    private async Task<SessionOwnership> CreateAsync(string id = "pid") => (await _stopped.CreateAsync(SessionBench.NewRecord(id), _slow, default))!.Ownership;

    private Task<SessionClaim> ClaimAsync(long attempt, string id = "pid") => _bench.Store.ClaimAsync(
        new SessionClaimRequest { Namespace = SessionBench.Chat, Id = id, UserId = "ann", Attempt = attempt, Owner = _b }, default).AsTask();
}

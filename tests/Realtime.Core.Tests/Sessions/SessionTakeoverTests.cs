using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

public sealed class SessionTakeoverTests : IDisposable
{
    private readonly SessionBench _bench = new();
    private readonly TaskCompletionSource _yielded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FakeOwner _slow;
    private readonly FakeOwner _b = new();
    private readonly FakeOwner _c = new();

    public SessionTakeoverTests() => _slow = new FakeOwner((_, _) => _yielded.Task);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task The_owner_is_asked_and_may_write_until_it_has_yielded()
    {
        SessionOwnership old = await _bench.CreateAsync(_slow);
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2);
        Assert.False(claim.IsCompleted);
        Assert.Equal([old], _slow.Asked);
        Assert.True(await _bench.SaveAsync(old, 1, answer: 11));
        await _bench.ReleaseAsync(old); // its connection is lost meanwhile: the claim goes on
        _bench.Time.Advance(_bench.Options.YieldTimeout - TimeSpan.FromTicks(1));
        Assert.False(claim.IsCompleted);
        _yielded.SetResult();

        SessionRecord record = (await claim.Within()).Record!;
        Assert.Equal((2L, 11), (record.Fence, (int)record.Acks[0].Payload.Data.Span[0]));
        Assert.False(await _bench.SaveAsync(old, 2, answer: 22));
    }

    [Fact]
    public async Task An_owner_that_has_only_lost_the_connection_is_asked_too_and_one_that_handed_over_is_not()
    {
        var first = new FakeOwner();
        await _bench.ReleaseAsync(await _bench.CreateAsync(first));
        SessionOwnership second = (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Ownership;
        Assert.Single(first.Asked);
        await _bench.ReleaseAsync(second, handedOver: true);
        Assert.True(await _bench.SaveAsync(second, 1, answer: 1));

        Assert.Equal(3, (await _bench.ClaimAsync(_c, attempt: 3)).Record!.Fence);
        Assert.Empty(_b.Asked);
    }

    [Fact]
    public async Task An_owner_that_does_not_answer_in_time_is_fenced_out()
    {
        SessionOwnership old = await _bench.CreateAsync(_slow);
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2);
        _bench.Time.Advance(_bench.Options.YieldTimeout);

        Assert.Equal(2, (await claim.Within()).Record!.Fence);
        Assert.False(await _bench.SaveAsync(old, 1, answer: 1));
    }

    [Fact]
    public async Task The_owner_learns_when_nobody_waits_any_longer()
    {
        var told = new TaskCompletionSource();
        await _bench.CreateAsync(new FakeOwner(async (_, cancellationToken) =>
        {
            await using (cancellationToken.Register(told.SetResult))
            {
                await _yielded.Task;
            }
        }));
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2);
        Assert.False(told.Task.IsCompleted);
        _bench.Time.Advance(_bench.Options.YieldTimeout);

        await told.Task.Within();
        await claim.Within();
        _yielded.SetResult();
    }

    [Fact]
    public async Task An_owner_that_fails_has_answered()
    {
        await _bench.CreateAsync(new FakeOwner((_, _) => throw new InvalidOperationException("broken")));

        Assert.Equal(2, (await _bench.ClaimAsync(_b, attempt: 2).Within()).Record!.Fence);
    }

    [Fact]
    public async Task A_later_attempt_overtakes_one_that_waits_and_the_owner_is_asked_once()
    {
        await _bench.CreateAsync(_slow);
        Task<SessionClaim> delayed = _bench.ClaimAsync(_b, attempt: 2);
        Task<SessionClaim> later = _bench.ClaimAsync(_c, attempt: 3);
        Assert.Single(_slow.Asked);
        _yielded.SetResult();

        Assert.Equal((ClaimStatus.Claimed, 2), ((await later.Within()).Status, (await later).Record!.Fence));
        Assert.Equal(ClaimStatus.Superseded, (await delayed.Within()).Status);
        await _bench.ClaimAsync(_slow, attempt: 4);
        Assert.Equal((0, 1), (_b.Asked.Count, _c.Asked.Count));
    }

    [Fact]
    public async Task A_session_that_ends_while_a_claim_waits_is_unknown()
    {
        SessionOwnership old = await _bench.CreateAsync(_slow);
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2);
        await _bench.Store.RemoveAsync(old, default);
        _yielded.SetResult();

        Assert.Equal(ClaimStatus.Unknown, (await claim.Within()).Status);
        Assert.Equal(0, _bench.Store.Count);
    }

    [Fact]
    public async Task A_claim_that_waits_keeps_the_session_from_expiring_and_from_making_room()
    {
        using var bench = new SessionBench(options => (options.YieldTimeout, options.MaxSessions) = (TimeSpan.FromHours(1), 1));
        SessionOwnership old = await bench.CreateAsync(_slow);
        await bench.ReleaseAsync(old);
        Task<SessionClaim> claim = bench.ClaimAsync(_b, attempt: 2);
        await bench.ReleaseAsync(old);
        bench.Time.Advance(bench.Options.Window * 2);
        Assert.Null(await bench.Store.CreateAsync(SessionBench.NewRecord("other"), _b, default));
        _yielded.SetResult();

        Assert.Equal(ClaimStatus.Claimed, (await claim.Within()).Status);
    }

    [Fact]
    public async Task A_session_whose_claim_was_given_up_waits_for_the_next_one()
    {
        await _bench.CreateAsync(_slow);
        using var giveUp = new CancellationTokenSource();
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2, cancellationToken: giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim.Within());
        _yielded.SetResult();
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_b, attempt: 2)).Status);

        Assert.Equal(2, (await _bench.ClaimAsync(_c, attempt: 3).Within()).Record!.Fence);
        Assert.Single(_slow.Asked);
    }

    [Fact]
    public async Task Given_up_claims_leave_the_window_running()
    {
        await _bench.CreateAsync(_slow);
        using var giveUp = new CancellationTokenSource();
        Task<SessionClaim>[] claims = [_bench.ClaimAsync(_b, 2, cancellationToken: giveUp.Token), _bench.ClaimAsync(_c, 3, cancellationToken: giveUp.Token)];
        await giveUp.CancelAsync();
        foreach (Task<SessionClaim> claim in claims)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim.Within());
        }

        _bench.Time.Advance(_bench.Options.YieldTimeout);
        await Patience.UntilAsync(() =>
        {
            _bench.Time.Advance(_bench.Options.Window);
            return _bench.Store.Count == 0;
        });
    }

    [Fact]
    public async Task A_node_that_still_has_the_session_goes_on_with_it_under_the_same_fence()
    {
        SessionOwnership session = await _bench.CreateAsync(_b);
        await _bench.ReleaseAsync(session);
        SessionClaim claim = await _bench.ClaimAsync(_b, attempt: 2, liveFence: session.Fence);
        _bench.Time.Advance(_bench.Options.Window * 2);

        Assert.Equal((ClaimStatus.Claimed, session.Fence), (claim.Status, claim.Record!.Fence));
        Assert.Empty(_b.Asked);
        Assert.True(await _bench.SaveAsync(session, 1, answer: 1)); // of a handler that ran on
    }

    [Fact]
    public async Task What_a_node_has_is_void_when_somebody_came_between_or_is_about_to()
    {
        SessionOwnership session = await _bench.CreateAsync(_slow);
        Task<SessionClaim> elsewhere = _bench.ClaimAsync(_b, attempt: 2);
        Task<SessionClaim> back = _bench.ClaimAsync(_slow, attempt: 3, liveFence: session.Fence);
        Assert.False(back.IsCompleted); // it was asked to yield: what it has ends first
        _yielded.SetResult();
        Assert.Equal(2, (await back.Within()).Record!.Fence);
        Assert.Equal(ClaimStatus.Superseded, (await elsewhere.Within()).Status);
        await _bench.ClaimAsync(_b, attempt: 4);

        Assert.Equal(4, (await _bench.ClaimAsync(_slow, attempt: 5, liveFence: 2)).Record!.Fence);
    }

    [Fact]
    public async Task Of_claims_that_race_each_fence_is_given_once_and_the_last_one_can_write()
    {
        const int claims = 16;
        for (int round = 0; round < 200; round++)
        {
            SessionOwnership first = await _bench.CreateAsync(new FakeOwner(static async (_, _) => await Task.Yield()), $"{round}");
            var owners = Enumerable.Range(0, claims).Select(_ => new FakeOwner(static async (_, _) => await Task.Yield())).ToList();
            SessionClaim[] results = await Task.WhenAll(owners.Select((owner, i) => Task.Run(() => _bench.ClaimAsync(owner, attempt: 2 + (i / 2), $"{round}")))).Within();

            List<long> fences = [.. results.Where(result => result.Status == ClaimStatus.Claimed).Select(result => result.Record!.Fence).Order()];
            Assert.Equal(Enumerable.Range(2, fences.Count).Select(fence => (long)fence), fences);
            int latest = Array.FindIndex(results, result => result.Record?.Fence == fences[^1]);
            Assert.Equal(claims / 2, latest / 2 + 1); // the highest attempt
            foreach (long fence in fences)
            {
                Assert.Equal(fence == fences[^1], await _bench.SaveAsync(first with { Fence = fence }, fence, answer: 1));
            }
        }
    }
}

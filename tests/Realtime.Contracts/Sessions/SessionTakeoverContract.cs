using Realtime.Core.Sessions;

namespace Realtime.Contracts.Sessions;

/// <summary>What <see cref="ISessionStore"/> promises when a session goes from one owner to another, and when nobody comes back to it.</summary>
public abstract class SessionTakeoverContract : IAsyncLifetime
{
    private static readonly TimeSpan s_margin = TimeSpan.FromSeconds(30); // of the clock of a store elsewhere, which goes on by itself

    private readonly TaskCompletionSource _yielded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordingOwner _a = new();
    private readonly RecordingOwner _b = new();
    private readonly RecordingOwner _c = new();
    private readonly RecordingOwner _slow;
    private SessionBench _bench = null!;

    protected SessionTakeoverContract() => _slow = new RecordingOwner((_, _) => _yielded.Task);

    public async Task InitializeAsync() => _bench = await CreateBenchAsync();

    public async Task DisposeAsync()
    {
        _yielded.TrySetResult();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task The_owner_is_asked_and_may_write_until_it_has_yielded()
    {
        SessionOwnership old = await _bench.CreateAsync(_slow);
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2);
        await _slow.UntilAskedAsync();
        Assert.Equal([old], _slow.Asked);
        Assert.True(await _bench.SaveAsync(old, 1, answer: 11));
        await _bench.ReleaseAsync(old, handedOver: true); // its connection is lost meanwhile: the claim goes on
        await _bench.PassAsync(_bench.Options.YieldTimeout - TimeSpan.FromTicks(1));
        Assert.True(await _bench.SaveAsync(old, 2, answer: 22));
        Assert.False(claim.IsCompleted);
        _yielded.SetResult();

        SessionRecord record = (await claim.Within()).Record!;
        Assert.Equal(2, record.Fence);
        Assert.Equal([11, 22], record.Acks.Select(ack => (int)ack.Payload.Data.Span[0]));
        Assert.False(await _bench.SaveAsync(old, 3, answer: 33));
    }

    [Fact]
    public async Task An_owner_that_has_only_lost_the_connection_is_asked_too_and_one_that_handed_over_is_not()
    {
        await _bench.ReleaseAsync(await _bench.CreateAsync(_a));
        SessionOwnership second = (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Ownership;
        Assert.Single(_a.Asked);
        await _bench.ReleaseAsync(second, handedOver: true);
        Assert.True(await _bench.SaveAsync(second, 1, answer: 1));

        Assert.Equal(3, (await _bench.ClaimAsync(_c, attempt: 3)).Record!.Fence);
        Assert.Empty(_b.Asked);
    }

    [Fact]
    public async Task An_owner_that_does_not_answer_in_time_is_told_and_fenced_out()
    {
        var told = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        SessionOwnership old = await _bench.CreateAsync(new RecordingOwner(async (_, cancellationToken) =>
        {
            await using (cancellationToken.Register(() => told.TrySetResult(true)))
            {
                await _yielded.Task;
            }
        }));

        SessionClaim claim = await _bench.PassUntilAsync(_bench.ClaimAsync(_b, attempt: 2));

        Assert.Equal(2, claim.Record!.Fence);
        Assert.False(await _bench.SaveAsync(old, 1, answer: 1));
        Assert.True(await _bench.PassUntilAsync(told.Task)); // its own time began when the question came to it
    }

    [Fact]
    public async Task An_owner_that_fails_has_answered()
    {
        await _bench.CreateAsync(new RecordingOwner((_, _) => throw new InvalidOperationException("broken")));

        Assert.Equal(2, (await _bench.ClaimAsync(_b, attempt: 2).Within()).Record!.Fence);
    }

    [Fact]
    public async Task A_later_attempt_overtakes_one_that_waits_and_the_owner_is_asked_once()
    {
        SessionOwnership old = await _bench.CreateAsync(_slow);
        Task<SessionClaim> delayed = _bench.ClaimAsync(_b, attempt: 2);
        await _slow.UntilAskedAsync();
        Task<SessionClaim> later = _bench.ClaimAsync(_c, attempt: 3);
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_a, attempt: 3)).Status); // so the one before has come to wait
        Assert.Single(_slow.Asked);
        _yielded.SetResult();

        Assert.Equal((ClaimStatus.Claimed, 2), ((await later.Within()).Status, (await later).Record!.Fence));
        Assert.Equal(ClaimStatus.Superseded, (await delayed.Within()).Status);
        Assert.False(await _bench.SaveAsync(old, 1, answer: 1));
        await _bench.ClaimAsync(_slow, attempt: 4);
        Assert.Equal((0, 1), (_b.Asked.Count, _c.Asked.Count));
    }

    [Fact]
    public async Task A_session_that_ends_while_a_claim_waits_is_unknown()
    {
        SessionOwnership old = await _bench.CreateAsync(_slow);
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2);
        await _slow.UntilAskedAsync();
        await _bench.Store.RemoveAsync(old, default);
        _yielded.SetResult();

        Assert.Equal(ClaimStatus.Unknown, (await claim.Within()).Status);
        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 3)).Status);
    }

    [Fact]
    public async Task A_session_whose_claim_was_given_up_waits_for_the_next_one()
    {
        await _bench.CreateAsync(_slow);
        using var giveUp = new CancellationTokenSource();
        Task<SessionClaim> claim = _bench.ClaimAsync(_b, attempt: 2, cancellationToken: giveUp.Token);
        await _slow.UntilAskedAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim.Within());
        _yielded.SetResult();
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_b, attempt: 2)).Status);

        Assert.Equal(2, (await _bench.ClaimAsync(_c, attempt: 3).Within()).Record!.Fence);
        Assert.Single(_slow.Asked);
    }

    [Fact]
    public async Task A_node_that_still_has_the_session_goes_on_with_it_under_the_same_fence()
    {
        SessionOwnership session = await _bench.CreateAsync(_b);
        await _bench.ReleaseAsync(session);
        SessionClaim claim = await _bench.ClaimAsync(_b, attempt: 2, liveFence: session.Fence);
        await _bench.PassAsync(_bench.Options.Window + s_margin); // of one that lives, not of one that was released

        Assert.Equal((ClaimStatus.Claimed, session.Fence), (claim.Status, claim.Record!.Fence));
        Assert.Empty(_b.Asked);
        Assert.True(await _bench.SaveAsync(session, 1, answer: 1)); // of a handler that ran on
    }

    [Fact]
    public async Task What_a_node_has_is_void_when_somebody_came_between_or_is_about_to()
    {
        SessionOwnership session = await _bench.CreateAsync(_slow);
        Task<SessionClaim> elsewhere = _bench.ClaimAsync(_b, attempt: 2);
        await _slow.UntilAskedAsync();
        Task<SessionClaim> back = _bench.ClaimAsync(_slow, attempt: 3, liveFence: session.Fence);
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_c, attempt: 3)).Status);
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
        for (int round = 0; round < 50; round++)
        {
            SessionOwnership first = await _bench.CreateAsync(new RecordingOwner(static async (_, _) => await Task.Yield()), $"{round}");
            var owners = Enumerable.Range(0, claims).Select(_ => new RecordingOwner(static async (_, _) => await Task.Yield())).ToList();
            SessionClaim[] results = await Task.WhenAll(owners.Select((owner, i) => Task.Run(() =>
                (i % 4 < 2 ? _bench.Store : _bench.Elsewhere).ClaimAsync(
                    new SessionClaimRequest { Namespace = SessionBench.Chat, Id = $"{round}", UserId = "ann", Attempt = 2 + (i / 2), Owner = owner }, default).AsTask()))).Within();

            List<long> fences = [.. results.Where(result => result.Status == ClaimStatus.Claimed).Select(result => result.Record!.Fence).Order()];
            Assert.Equal(fences.Distinct(), fences);
            int latest = Array.FindIndex(results, result => result.Record?.Fence == fences[^1]);
            Assert.Equal(claims / 2, (latest / 2) + 1); // the highest attempt
            foreach (long fence in fences)
            {
                Assert.Equal(fence == fences[^1], await _bench.SaveAsync(first with { Fence = fence }, fence, answer: 1));
            }
        }
    }

    [Fact]
    public async Task A_session_with_an_owner_that_touches_it_does_not_expire()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        for (int i = 0; i < 20; i++)
        {
            await _bench.PassAsync(_bench.Options.TouchInterval);
            Assert.Empty(await _bench.Store.TouchAsync([session], default));
        }

        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 2)).Status);
    }

    [Fact]
    public async Task A_released_session_can_be_resumed_until_its_window_ends()
    {
        await _bench.ReleaseAsync(await _bench.CreateAsync(_a, "1"));
        SessionOwnership second = await _bench.CreateAsync(_a, "2");
        await _bench.ReleaseAsync(second);
        await _bench.PassAsync(_bench.Options.Window - s_margin);
        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 2, "1")).Status);
        await _bench.Store.TouchAsync([second], default); // which is for those that live
        await _bench.ReleaseAsync(second, handedOver: true); // the window has begun
        Assert.True(await _bench.SaveAsync(second, 1, answer: 1)); // a handler that came to its end does not prolong it
        await _bench.PassAsync(s_margin);

        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, "2")).Status);
        Assert.False(await _bench.SaveAsync(second, 2, answer: 2));
    }

    [Fact]
    public async Task The_window_begins_anew_after_a_resume()
    {
        await _bench.ReleaseAsync(await _bench.CreateAsync(_a));
        await _bench.PassAsync(_bench.Options.Window - s_margin);
        SessionClaim claim = await _bench.ClaimAsync(_b, attempt: 2);
        await _bench.PassAsync(_bench.Options.Window);
        await _bench.ReleaseAsync(claim.Record!.Ownership);
        await _bench.PassAsync(_bench.Options.Window - s_margin);
        Assert.True(await _bench.SaveAsync(claim.Record.Ownership, 2, answer: 2));
        await _bench.PassAsync(s_margin);

        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 3)).Status);
    }

    [Fact]
    public async Task A_claim_that_waits_keeps_the_session_from_expiring_and_one_that_is_given_up_does_not()
    {
        await using SessionBench bench = await CreateBenchAsync(static options => options.YieldTimeout = 2 * s_margin);
        SessionOwnership old = await bench.CreateAsync(_slow);
        await bench.ReleaseAsync(old);
        await bench.PassAsync(bench.Options.Window - s_margin);
        using var giveUp = new CancellationTokenSource();
        Task<SessionClaim> claim = bench.ClaimAsync(_b, attempt: 2, cancellationToken: giveUp.Token);
        await _slow.UntilAskedAsync();
        await bench.ReleaseAsync(old);
        await bench.PassAsync(s_margin * 1.5);
        Assert.True(await bench.SaveAsync(old, 1, answer: 1));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim.Within());
        _yielded.SetResult();

        using var limit = new CancellationTokenSource(Bounded.Limit);
        while ((await bench.Store.TouchAsync([old], limit.Token)).Count == 0)
        {
            await bench.PassAsync(bench.Options.Window);
        }
    }

    /// <summary>Makes a store that is empty.</summary>
    /// <param name="configure">Changes what it is made with.</param>
    protected abstract Task<SessionBench> CreateBenchAsync(Action<SessionOptions>? configure = null);
}

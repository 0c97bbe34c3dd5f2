using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>What a takeover does to the bounds of a store in memory; the rest is in the contract.</summary>
public sealed class SessionTakeoverTests
{
    private readonly TaskCompletionSource _yielded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RecordingOwner _slow;
    private readonly RecordingOwner _b = new();
    private readonly RecordingOwner _c = new();

    public SessionTakeoverTests() => _slow = new RecordingOwner((_, _) => _yielded.Task);

    [Fact]
    public async Task A_claim_that_waits_keeps_the_session_from_expiring_and_from_making_room()
    {
        await using var bench = new MemorySessionBench(options => (options.YieldTimeout, options.MaxSessions) = (TimeSpan.FromHours(1), 1));
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
    public async Task The_time_to_yield_ends_on_the_tick()
    {
        await using var bench = new MemorySessionBench();
        await bench.CreateAsync(_slow);
        Task<SessionClaim> claim = bench.ClaimAsync(_b, attempt: 2);
        bench.Time.Advance(bench.Options.YieldTimeout - TimeSpan.FromTicks(1));
        Assert.False(claim.IsCompleted);
        bench.Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(2, (await claim.Within()).Record!.Fence);
    }

    [Fact]
    public async Task Given_up_claims_leave_the_window_running()
    {
        await using var bench = new MemorySessionBench();
        await bench.CreateAsync(_slow);
        using var giveUp = new CancellationTokenSource();
        Task<SessionClaim>[] claims = [bench.ClaimAsync(_b, 2, cancellationToken: giveUp.Token), bench.ClaimAsync(_c, 3, cancellationToken: giveUp.Token)];
        await giveUp.CancelAsync();
        foreach (Task<SessionClaim> claim in claims)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => claim.Within());
        }

        bench.Time.Advance(bench.Options.YieldTimeout);
        await Patience.UntilAsync(() =>
        {
            bench.Time.Advance(bench.Options.Window);
            return bench.Memory.Count == 0;
        });
    }
}

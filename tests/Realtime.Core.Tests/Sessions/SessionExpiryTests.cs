using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

public sealed class SessionExpiryTests
{
    private static readonly TimeSpan s_tick = TimeSpan.FromTicks(1);
    private readonly RecordingOwner _a = new();
    private readonly RecordingOwner _b = new();

    [Fact]
    public async Task A_session_with_an_owner_does_not_expire()
    {
        await using var bench = new MemorySessionBench();
        SessionOwnership session = await bench.CreateAsync(_a);
        bench.Time.Advance(TimeSpan.FromDays(1));

        Assert.Empty(await bench.Store.TouchAsync([session], default));
        Assert.Equal(ClaimStatus.Claimed, (await bench.ClaimAsync(_b, attempt: 2)).Status);
    }

    [Fact]
    public async Task A_released_session_can_be_resumed_until_its_window_ends()
    {
        await using var bench = new MemorySessionBench();
        await bench.ReleaseAsync(await bench.CreateAsync(_a, "1"));
        await bench.ReleaseAsync(await bench.CreateAsync(_a, "2"));
        bench.Time.Advance(bench.Options.Window - s_tick);
        Assert.Equal(ClaimStatus.Claimed, (await bench.ClaimAsync(_b, attempt: 2, "1")).Status);
        bench.Time.Advance(s_tick);

        Assert.Equal(ClaimStatus.Unknown, (await bench.ClaimAsync(_b, attempt: 2, "2")).Status);
        Assert.Equal(1, bench.Memory.Count);
    }

    [Fact]
    public async Task The_window_begins_with_the_first_release_and_anew_after_a_resume()
    {
        await using var bench = new MemorySessionBench();
        SessionOwnership session = await bench.CreateAsync(_a);
        await bench.ReleaseAsync(session);
        bench.Time.Advance(bench.Options.Window / 2);
        await bench.ReleaseAsync(session, handedOver: true);
        Assert.True(await bench.SaveAsync(session, 1, answer: 1)); // a handler that came to its end does not prolong it
        bench.Time.Advance((bench.Options.Window / 2) - s_tick);
        SessionClaim claim = await bench.ClaimAsync(_b, attempt: 2);
        Assert.Equal(ClaimStatus.Claimed, claim.Status);
        bench.Time.Advance(bench.Options.Window);
        await bench.ReleaseAsync(claim.Record!.Ownership);
        bench.Time.Advance(bench.Options.Window - s_tick);
        Assert.True(await bench.SaveAsync(claim.Record.Ownership, 2, answer: 2));
        bench.Time.Advance(s_tick);

        Assert.False(await bench.SaveAsync(claim.Record.Ownership, 3, answer: 3));
        Assert.Equal(ClaimStatus.Unknown, (await bench.ClaimAsync(_b, attempt: 3)).Status);
    }

    [Fact]
    public async Task A_second_release_does_not_prolong_the_window()
    {
        await using var bench = new MemorySessionBench();
        SessionOwnership session = await bench.CreateAsync(_a);
        await bench.ReleaseAsync(session);
        bench.Time.Advance(bench.Options.Window / 2);
        await bench.ReleaseAsync(session, handedOver: true);
        bench.Time.Advance(bench.Options.Window / 2);

        Assert.Equal(ClaimStatus.Unknown, (await bench.ClaimAsync(_b, attempt: 2)).Status);
    }

    [Fact]
    public async Task Memory_of_what_expired_is_freed_by_one_timer_without_anybody_looking()
    {
        await using var bench = new MemorySessionBench();
        for (int i = 0; i < 10; i++)
        {
            await bench.ReleaseAsync(await bench.CreateAsync(_a, $"{i}"));
            bench.Time.Advance(TimeSpan.FromMilliseconds(300));
        }

        await bench.CreateAsync(_a, "live");
        bench.Time.Advance(bench.Options.Window - TimeSpan.FromSeconds(3) - s_tick);
        Assert.Equal(11, bench.Memory.Count);
        bench.Time.Advance(TimeSpan.FromSeconds(1.5));
        Assert.InRange(bench.Memory.Count, 2, 10);
        bench.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(1, bench.Memory.Count);
        await bench.ReleaseAsync(await bench.CreateAsync(_a, "later"));
        bench.Time.Advance(bench.Options.Window);

        Assert.Equal(1, bench.Memory.Count);
    }

    [Fact]
    public async Task A_full_store_gives_up_what_was_released_first_and_refuses_when_all_are_live()
    {
        await using var bench = new MemorySessionBench(options => options.MaxSessions = 3);
        SessionOwnership live = await bench.CreateAsync(_a, "live");
        SessionOwnership second = await bench.CreateAsync(_a, "second");
        await bench.ReleaseAsync(await bench.CreateAsync(_a, "first"));
        await bench.ReleaseAsync(second);
        Assert.NotNull(await bench.Store.CreateAsync(SessionBench.NewRecord("4"), _a, default));
        Assert.Equal([ClaimStatus.Unknown, ClaimStatus.Claimed], [(await bench.ClaimAsync(_b, 2, "first")).Status, (await bench.ClaimAsync(_b, 2, "second")).Status]);

        Assert.Null(await bench.Store.CreateAsync(SessionBench.NewRecord("5"), _a, default));
        Assert.Equal(3, bench.Memory.Count);
        await bench.Store.RemoveAsync(live, default);
        Assert.NotNull(await bench.Store.CreateAsync(SessionBench.NewRecord("5"), _a, default));
    }
}

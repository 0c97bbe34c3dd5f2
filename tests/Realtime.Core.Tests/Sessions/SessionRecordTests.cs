using Realtime.Contracts.Sessions;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

/// <summary>What is written of sessions never shows their secret, and what a membership includes.</summary>
public sealed class SessionRecordTests
{
    private readonly RecordingOwner _a = new();

    [Fact]
    public void A_membership_includes_what_came_after_the_join_up_to_the_leave()
    {
        var room = new SessionRoom("lobby", new StreamPosition("s", 4), 9);
        Assert.Equal([false, true, true], new long[] { 9, 10, 1000 }.Select(room.Includes));
        room = room with { Replaced = new StreamPosition("r", 6), LeftOrder = 12 };
        Assert.Equal([false, true, true, false], new long[] { 9, 10, 12, 13 }.Select(room.Includes));
    }

    [Fact]
    public async Task No_text_shows_the_secret_id()
    {
        await using var bench = new MemorySessionBench();
        await bench.CreateAsync(_a, "secret");
        SessionClaim claim = await bench.ClaimAsync(_a, attempt: 2, "secret");
        var request = new SessionClaimRequest { Namespace = SessionBench.Chat, Id = "secret", UserId = null, Attempt = 2, Owner = _a };
        foreach (object value in new object[] { claim, claim.Record! with { SocketId = "s" }, claim.Record!.Ownership, new SessionChange { Session = claim.Record.Ownership }, request })
        {
            Assert.DoesNotContain("secret", value.ToString()!.Replace("sid-secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }
}

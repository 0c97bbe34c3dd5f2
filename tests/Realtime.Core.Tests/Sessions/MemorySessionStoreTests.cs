using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

public sealed class MemorySessionStoreTests : IDisposable
{
    private readonly SessionBench _bench = new();
    private readonly FakeOwner _a = new();
    private readonly FakeOwner _b = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task A_new_session_has_the_first_fence_and_its_id_only_once()
    {
        SessionRecord? record = await _bench.Store.CreateAsync(SessionBench.NewRecord(), _a, default);

        Assert.Equal(1, record!.Fence);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _bench.Store.CreateAsync(SessionBench.NewRecord(), _a, default));
        Assert.Equal(1, _bench.Store.Count);
    }

    [Fact]
    public async Task A_session_that_the_store_had_lost_gets_the_next_fence()
    {
        SessionRecord? record = await _bench.Store.CreateAsync(SessionBench.NewRecord() with { Fence = 4 }, _a, default);

        Assert.Equal(5, record!.Fence);
    }

    [Fact]
    public async Task A_claim_finds_everything_that_was_stored()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        SessionRoom[] rooms = [new("lobby", new StreamPosition("s", 4), 9) { Replaced = new StreamPosition("r", 6), LeftOrder = 12 }];
        Assert.True(await _bench.SaveAsync(session, 3, answer: 33));
        Assert.True(await _bench.SaveAsync(session, 2, answer: 22));
        Assert.True(await _bench.Store.SaveAsync(new SessionChange { Session = session, Rooms = rooms }, default));

        SessionRecord record = (await _bench.ClaimAsync(_b, attempt: 2)).Record!;

        Assert.Equal(("pid", "sid-pid", "ann", 2, 2), (record.Id, record.SocketId, record.UserId, record.Fence, record.Attempt));
        Assert.Equal(SessionBench.Chat, record.Namespace);
        Assert.Equal(rooms, record.Rooms);
        Assert.Equal([(2, 22), (3, 33)], record.Acks.Select(ack => (ack.Number, (int)ack.Payload.Data.Span[0])));
        Assert.Equal(0, record.Confirmed);
    }

    [Fact]
    public async Task The_first_answer_to_a_number_stays_and_confirmed_ones_are_forgotten_for_good()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        await _bench.SaveAsync(session, 1, answer: 11);
        await _bench.SaveAsync(session, 2, answer: 22);
        await _bench.SaveAsync(session, 2, answer: 99);
        await _bench.SaveAsync(session, 3, answer: 33, confirmed: 1);
        await _bench.SaveAsync(session, 4, answer: 44, confirmed: 0);
        await _bench.SaveAsync(session, 1, answer: 11, confirmed: 0);

        SessionRecord record = (await _bench.ClaimAsync(_b, attempt: 2)).Record!;

        Assert.Equal(1, record.Confirmed);
        Assert.Equal([22, 33, 44], record.Acks.Select(ack => (int)ack.Payload.Data.Span[0]));
    }

    [Fact]
    public async Task Who_was_fenced_out_can_do_nothing_any_more()
    {
        SessionOwnership old = await _bench.CreateAsync(_a);
        SessionOwnership next = (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Ownership;
        Assert.False(await _bench.SaveAsync(old, 1, answer: 1));
        await _bench.Store.RemoveAsync(old, default);
        await _bench.ReleaseAsync(old);
        _bench.Time.Advance(_bench.Options.Window * 2);

        Assert.Equal([old], await _bench.Store.TouchAsync([old, next], default));
        Assert.True(await _bench.SaveAsync(next, 2, answer: 2));
        Assert.Equal(2, Assert.Single((await _bench.ClaimAsync(_a, attempt: 3)).Record!.Acks).Number);
    }

    [Theory]
    [InlineData("pid", "bob")]
    [InlineData("pid", "Ann")]
    [InlineData("pid", null)]
    [InlineData("other", "ann")]
    public async Task Another_user_and_an_unknown_id_look_the_same_and_use_no_attempt_up(string id, string? user)
    {
        await _bench.CreateAsync(_a);

        Assert.Equal(new SessionClaim(ClaimStatus.Unknown, null), await _bench.ClaimAsync(_b, attempt: 1000, id, user));
        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 2)).Status);
        Assert.Equal(ClaimStatus.Unknown, (await _bench.Store.ClaimAsync(
            new SessionClaimRequest { Namespace = NamespacePath.Root, Id = "pid", UserId = "ann", Attempt = 3, Owner = _b }, default)).Status);
    }

    [Fact]
    public async Task A_session_without_a_user_is_resumed_without_one_only()
    {
        await _bench.CreateAsync(_a, user: null);

        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, user: "ann")).Status);
        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 2, user: null)).Status);
    }

    [Fact]
    public async Task An_attempt_that_is_not_above_the_last_is_superseded()
    {
        await _bench.CreateAsync(_a);
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_b, attempt: 1)).Status);
        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 5)).Status);
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_a, attempt: 5)).Status);
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_a, attempt: 4)).Status);
    }

    [Fact]
    public async Task Restoring_may_be_repeated_because_an_answer_can_be_lost()
    {
        await _bench.CreateAsync(_a);
        for (int attempt = 2; attempt < 7; attempt++)
        {
            SessionClaim claim = await _bench.ClaimAsync(_b, attempt);
            Assert.Equal((ClaimStatus.Claimed, attempt), (claim.Status, claim.Record!.Fence));
        }
    }

    [Fact]
    public async Task A_session_that_was_removed_is_gone_and_so_are_those_of_a_user()
    {
        await _bench.Store.RemoveAsync(await _bench.CreateAsync(_a, "1"), default);
        SessionOwnership ann = await _bench.CreateAsync(_a, "2");
        await _bench.CreateAsync(_a, "3", user: "bob");
        await _bench.Store.CreateAsync(SessionBench.NewRecord("4") with { Namespace = NamespacePath.Root }, _a, default);
        await _bench.ReleaseAsync(ann);
        await _bench.Store.RemoveUserAsync(SessionBench.Chat, "ann", default);
        Assert.Equal(2, _bench.Store.Count);
        await _bench.Store.RemoveUserAsync(null, "ann", default);

        Assert.Equal(1, _bench.Store.Count);
        Assert.False(await _bench.SaveAsync(ann, 1, answer: 1));
        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, "1")).Status);
        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, "2")).Status);
        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 2, "3", "bob")).Status);
    }

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
        await _bench.CreateAsync(_a, "secret");
        SessionClaim claim = await _bench.ClaimAsync(_b, attempt: 2, "secret");
        var request = new SessionClaimRequest { Namespace = SessionBench.Chat, Id = "secret", UserId = null, Attempt = 2, Owner = _a };
        foreach (object value in new object[] { claim, claim.Record! with { SocketId = "s" }, claim.Record!.Ownership, new SessionChange { Session = claim.Record.Ownership }, request })
        {
            Assert.DoesNotContain("secret", value.ToString()!.Replace("sid-secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }
}

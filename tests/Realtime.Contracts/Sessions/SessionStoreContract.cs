using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Contracts.Sessions;

/// <summary>What <see cref="ISessionStore"/> promises of what is stored, and of who may write it.</summary>
public abstract class SessionStoreContract : IAsyncLifetime
{
    private readonly RecordingOwner _a = new();
    private readonly RecordingOwner _b = new();
    private SessionBench _bench = null!;

    public async Task InitializeAsync() => _bench = await CreateBenchAsync();

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task A_new_session_has_the_first_fence_and_its_id_only_once()
    {
        Assert.Equal(1, (await _bench.CreateAsync(_a)).Fence);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _bench.CreateAsync(_a));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await _bench.Elsewhere.CreateAsync(SessionBench.NewRecord() with { Fence = 7 }, _b, default));

        Assert.Equal(2, (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Fence);
    }

    [Fact]
    public async Task A_session_that_the_store_had_lost_comes_back_whole_with_the_next_fence()
    {
        SessionRecord lost = SessionBench.NewRecord() with { Fence = 4, Confirmed = 2, Attempt = 6, Rooms = [new("lobby", new StreamPosition("s", 4), 9)], Acks = [new(3, SessionBench.Answer(33))] };
        SessionRecord? record = await _bench.Store.CreateAsync(lost, _a, default);
        Assert.Equal(5, record!.Fence);
        Assert.Equal(ClaimStatus.Superseded, (await _bench.ClaimAsync(_b, attempt: 6)).Status);

        SessionRecord claimed = (await _bench.ClaimAsync(_b, attempt: 7)).Record!;

        Assert.Equal((6, 2L), (claimed.Fence, claimed.Confirmed));
        Assert.Equal(lost.Rooms, claimed.Rooms);
        Assert.Equal(3, Assert.Single(claimed.Acks).Number);
    }

    [Fact]
    public async Task A_claim_finds_everything_that_was_stored()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        SessionRoom[] rooms = [new("lobby", new StreamPosition("s", 4), 9) { Replaced = new StreamPosition("r", 6), LeftOrder = 12 }, new("", new StreamPosition("t", 0), 0) { LeftOrder = 0 }];
        Assert.True(await _bench.SaveAsync(session, 3, answer: 33));
        var binary = new EventPayload("[{}]"u8.ToArray(), [new byte[] { 1, 2 }, Array.Empty<byte>(), new byte[] { 3 }]);
        Assert.True(await _bench.Store.SaveAsync(new SessionChange { Session = session, Ack = new StoredAck(2, binary) }, default));
        Assert.True(await _bench.Store.SaveAsync(new SessionChange { Session = session, Rooms = rooms }, default));

        SessionRecord record = (await _bench.ClaimAsync(_b, attempt: 2)).Record!;

        Assert.Equal(("pid", "sid-pid", "ann", 2, 2), (record.Id, record.SocketId, record.UserId, record.Fence, record.Attempt));
        Assert.Equal(SessionBench.Chat, record.Namespace);
        Assert.Equal(rooms, record.Rooms);
        Assert.Equal([2, 3], record.Acks.Select(ack => ack.Number));
        Assert.Equal(33, record.Acks[1].Payload.Data.Span[0]);
        Assert.Equal("[{}]"u8.ToArray(), record.Acks[0].Payload.Data.ToArray());
        Assert.Equal(["1 2", "", "3"], record.Acks[0].Payload.Attachments.Select(bytes => string.Join(' ', bytes.ToArray())));
        Assert.Equal(0, record.Confirmed);
    }

    [Fact]
    public async Task Rooms_are_as_they_were_given_last_however_they_have_changed()
    {
        var random = new Random(7);
        SessionOwnership session = await _bench.CreateAsync(_a);
        List<SessionRoom> rooms = [];
        for (int i = 0; i < 60; i++)
        {
            int at = random.Next(rooms.Count + 1);
            if (i % 3 == 2 && at < rooms.Count)
            {
                rooms.RemoveAt(at);
            }
            else if (i % 5 == 4 && at < rooms.Count)
            {
                rooms[at] = rooms[at] with { LeftOrder = i };
            }
            else
            {
                rooms.Insert(i % 7 == 6 ? at : rooms.Count, new SessionRoom($"room{random.Next(4)}", new StreamPosition("s", i), i / 4));
            }

            Assert.True(await _bench.Store.SaveAsync(new SessionChange { Session = session, Rooms = [.. rooms] }, default));
            if (i % 10 == 9)
            {
                SessionRecord record = (await _bench.ClaimAsync(_a, attempt: 2 + i, liveFence: session.Fence)).Record!;
                Assert.Equal(rooms, record.Rooms);
            }
        }

        Assert.Equal(rooms, (await _bench.ClaimAsync(_b, attempt: 1000)).Record!.Rooms);
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
    public async Task A_confirmation_far_ahead_forgets_all_answers_up_to_it()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        await _bench.SaveAsync(session, 1, answer: 1);
        await _bench.SaveAsync(session, 2_000_000_001, answer: 2);
        await _bench.SaveAsync(session, 2_000_000_002, answer: 3, confirmed: 2_000_000_000);

        Assert.Equal([2, 3], (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Acks.Select(ack => (int)ack.Payload.Data.Span[0]));
    }

    [Fact]
    public async Task Who_was_fenced_out_can_do_nothing_any_more()
    {
        SessionOwnership old = await _bench.CreateAsync(_a);
        SessionOwnership next = (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Ownership;
        Assert.False(await _bench.SaveAsync(old, 1, answer: 1));
        Assert.False(await _bench.Store.SaveAsync(new SessionChange { Session = old, Rooms = [new("lobby", new StreamPosition("s", 4), 9)] }, default));
        await _bench.Store.RemoveAsync(old, default);
        await _bench.ReleaseAsync(old, handedOver: true);

        Assert.Equal([old], await _bench.Store.TouchAsync([old], default));
        Assert.Empty(await _bench.Elsewhere.TouchAsync([next], default));
        Assert.True(await _bench.SaveAsync(next, 2, answer: 2));
        SessionRecord record = (await _bench.ClaimAsync(_a, attempt: 3)).Record!;
        Assert.Equal(2, Assert.Single(record.Acks).Number);
        Assert.Empty(record.Rooms);
        Assert.Single(_b.Asked); // it was not handed over
    }

    [Fact]
    public async Task A_session_is_certain_for_its_owner()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        Assert.True(_bench.Store.IsOwnershipCertain(session));
        SessionOwnership next = (await _bench.ClaimAsync(_b, attempt: 2)).Record!.Ownership;

        Assert.True(_bench.Elsewhere.IsOwnershipCertain(next));
    }

    [Theory]
    [InlineData("pid", "bob")]
    [InlineData("pid", "Ann")]
    [InlineData("pid", null)]
    [InlineData("pid", "")]
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
        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, user: "")).Status);
        SessionClaim claim = await _bench.ClaimAsync(_b, attempt: 2, user: null);
        Assert.Equal((ClaimStatus.Claimed, null), (claim.Status, claim.Record!.UserId));
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
        SessionOwnership root = (await _bench.Store.CreateAsync(SessionBench.NewRecord("4") with { Namespace = NamespacePath.Root }, _a, default))!.Ownership;
        await _bench.ReleaseAsync(ann);
        await _bench.Elsewhere.RemoveUserAsync(SessionBench.Chat, "ann", default);
        Assert.True(await _bench.SaveAsync(root, 1, answer: 1));
        Assert.False(await _bench.SaveAsync(ann, 1, answer: 1));
        await _bench.Elsewhere.RemoveUserAsync(null, "ann", default);

        Assert.False(await _bench.SaveAsync(root, 2, answer: 2));
        Assert.Equal([root], await _bench.Store.TouchAsync([root], default));
        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, "1")).Status);
        Assert.Equal(ClaimStatus.Unknown, (await _bench.ClaimAsync(_b, attempt: 2, "2")).Status);
        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_b, attempt: 2, "3", "bob")).Status);
    }

    /// <summary>Makes a store that is empty.</summary>
    /// <param name="configure">Changes what it is made with.</param>
    protected abstract Task<SessionBench> CreateBenchAsync(Action<SessionOptions>? configure = null);
}

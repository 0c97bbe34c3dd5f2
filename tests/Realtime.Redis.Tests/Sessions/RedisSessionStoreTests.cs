using Realtime.Contracts;
using Realtime.Contracts.Sessions;
using Realtime.Core.Sessions;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Tests.Sessions;

/// <summary>What the store in Redis does beyond the contract.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class RedisSessionStoreTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
#pragma warning restore CA1001
{
    private RedisSessionBench _bench = null!;
    private readonly RecordingOwner _a = new();

    public Task InitializeAsync()
    {
        _bench = new RedisSessionBench(redis, nodes: 1);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _bench.DisposeAsync();

    [Fact]
    public async Task Every_key_expires_and_those_of_a_namespace_share_a_slot()
    {
        await _bench.CreateAsync(_a, "live");
        await _bench.ReleaseAsync(await _bench.CreateAsync(_a, "released"));
        await _bench.CreateAsync(new RecordingOwner(static (_, _) => new TaskCompletionSource().Task), "asked");
        _ = _bench.ClaimAsync(_a, attempt: 2, "asked");
        await Bounded.UntilAsync(() => _bench.Database.KeyExistsAsync($"{_bench.Prefix}:{{/chat}}:y:asked"), "the owner was asked");

        List<RedisKey> keys = await _bench.KeysAsync(_bench.Prefix + ":*");

        Assert.Equal(7, keys.Count); // three sessions, a mark, a user, a lease, the namespaces
        foreach (RedisKey key in keys)
        {
            Assert.NotNull(await _bench.Database.KeyTimeToLiveAsync(key));
        }

        Assert.Equal(5, keys.Count(key => ((string)key!).StartsWith(_bench.Prefix + ":{/chat}:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_live_record_outlives_two_missed_touches_and_the_window()
    {
        await _bench.CreateAsync(_a);
        await _bench.PassAsync(_bench.Options.Window + (2.5 * _bench.Options.TouchInterval));

        Assert.Equal(ClaimStatus.Claimed, (await _bench.ClaimAsync(_a, attempt: 2)).Status);
    }

    [Fact]
    public async Task A_record_that_is_lost_is_named_by_a_touch_and_can_be_created_again()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        SessionOwnership other = await _bench.CreateAsync(_a, "other");
        await _bench.Database.KeyDeleteAsync($"{_bench.Prefix}:{{/chat}}:s:pid");
        Assert.Equal([session], await _bench.Store.TouchAsync([session, other], default));
        Assert.False(_bench.Store.IsOwnershipCertain(session));

        SessionRecord again = (await _bench.Store.CreateAsync(SessionBench.NewRecord() with { Fence = session.Fence }, _a, default))!;

        Assert.Equal(session.Fence + 1, again.Fence);
        Assert.True(_bench.Store.IsOwnershipCertain(again.Ownership));
        Assert.False(await _bench.SaveAsync(session, 1, answer: 1));
    }

    [Fact]
    public async Task Redis_may_forget_the_scripts()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        await _bench.Database.ExecuteAsync("SCRIPT", "FLUSH");

        Assert.True(await _bench.SaveAsync(session, 1, answer: 1));
    }

    [Fact]
    public async Task A_write_of_rooms_that_was_lost_is_made_up_for_by_the_next_one()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        List<SessionRoom> rooms = [];
        for (int i = 0; i < 4; i++)
        {
            rooms.Add(new SessionRoom($"room{i}", new StreamPosition("s", i), i));
            Assert.True(await _bench.Store.SaveAsync(new SessionChange { Session = session, Rooms = [.. rooms] }, default));
        }

        RedisKey key = $"{_bench.Prefix}:{{/chat}}:s:pid";
        await _bench.Database.HashDeleteAsync(key, "r3");
        await _bench.Database.HashSetAsync(key, "v", 3); // as if the last one had never come
        rooms.RemoveAt(0);
        Assert.True(await _bench.Store.SaveAsync(new SessionChange { Session = session, Rooms = [.. rooms] }, default));

        Assert.Equal(rooms, (await _bench.ClaimAsync(_a, attempt: 2)).Record!.Rooms);
    }

    [Fact]
    public async Task A_join_writes_one_room_however_many_there_are()
    {
        SessionOwnership session = await _bench.CreateAsync(_a);
        SessionRoom[] rooms = [.. Enumerable.Range(0, 500).Select(static i => new SessionRoom($"room{i}", new StreamPosition("s", i), i))];
        await _bench.Store.SaveAsync(new SessionChange { Session = session, Rooms = rooms[..^1] }, default);
        var sent = new StoredRooms(rooms[..^1]);
        RedisValue[] written = [];
        _ = sent.Write(rooms, arguments =>
        {
            written = arguments;
            return Task.FromResult(RedisResult.Create(1));
        });

        Assert.Equal(["d", "1", "0", "r499"], written[..4].Select(static value => (string?)value));
        Assert.Equal(5, written.Length);
    }

    [Fact]
    public async Task A_step_that_is_repeated_has_no_effect_twice()
    {
        var calls = new RedisCalls(redis.Connection, 0, TimeProvider.System);
        var keys = new SessionKeys(_bench.Prefix);
        var steps = new SessionSteps(calls, keys, new SessionTimes(_bench.Options, new RedisSessionOptions()), 100);
        RedisKey key = keys.Session(SessionBench.Chat, "pid");
        string mark = keys.Mark(SessionBench.Chat, "pid");
        RedisValue[] create = ["pid", "token", "=ann", .. SessionFormat.Write(SessionBench.NewRecord(), "node.1")];
        Assert.Equal((1L, 1L), await TwiceAsync("create", create));
        create[1] = "another";
        Assert.Equal((0L, 0L), await TwiceAsync("create", create));
        await TwiceAsync("release", 1, 1, mark);
        Assert.Equal((2L, 2L), await TwiceAsync("claim", "=ann", 2, 0, "claim1", "node.2", mark));
        Assert.Equal((3L, 3L), await TwiceAsync("claim", "=ann", 3, 0, "claim2", "node.3", mark));
        Assert.Equal((2L, 2L), await TwiceAsync("take", "claim2", "node.3", "node.2", mark));

        Assert.Equal(3, await _bench.Database.HashGetAsync(key, "f"));
        Assert.Equal((1L, 1L), await TwiceAsync("save", 3, 0, 1, "x", "d", 1, 0, "r0", "y"));

        async Task<(long First, long Second)> TwiceAsync(string name, params RedisValue[] arguments)
        {
            RedisResult[] results = [await steps.SendAsync(SessionBench.Chat, new SessionStep(name, key, arguments)), await steps.SendAsync(SessionBench.Chat, new SessionStep(name, key, arguments))];
            return (First(results[0]), First(results[1]));
        }
    }

    [Fact]
    public async Task Who_has_asked_an_owner_takes_a_session_from_no_other()
    {
        var keys = new SessionKeys(_bench.Prefix);
        var steps = new SessionSteps(new RedisCalls(redis.Connection, 0, TimeProvider.System), keys, new SessionTimes(_bench.Options, new RedisSessionOptions()), 100);
        RedisKey key = keys.Session(SessionBench.Chat, "pid");
        string mark = keys.Mark(SessionBench.Chat, "pid");
        await SendAsync("create", ["pid", "token", "=ann", .. SessionFormat.Write(SessionBench.NewRecord(), "node.1")]);
        Assert.Equal(3, await SendAsync("claim", "=ann", 2, 0, "claim", "other.1", mark));
        Assert.Equal(2, await SendAsync("touch", 1, "node.2", mark)); // kept as it is: it is asked for
        await _bench.Database.KeyDeleteAsync(mark); // the question took too long
        Assert.Equal(1, await SendAsync("touch", 1, "node.2", mark));

        Assert.Equal(0, await SendAsync("yielded", 1, "node.1", mark));
        Assert.Equal(3, await SendAsync("take", "claim", "other.1", "node.1", mark));
        Assert.Equal(2, await SendAsync("take", "claim", "other.1", "node.2", mark));

        async Task<long> SendAsync(string name, params RedisValue[] arguments) => First(await steps.SendAsync(SessionBench.Chat, new SessionStep(name, key, arguments)));
    }

    private static long First(RedisResult result) => (long)(result.Length > 0 ? result[0] : result);

    [Fact]
    public async Task The_list_of_the_sessions_of_a_user_does_not_grow_with_those_that_are_over()
    {
        for (int i = 0; i < 200; i++)
        {
            await _bench.CreateAsync(_a, $"{i}");
            await _bench.Database.KeyDeleteAsync($"{_bench.Prefix}:{{/chat}}:s:{i}"); // as if it had expired
        }

        Assert.InRange(await _bench.Database.SetLengthAsync($"{_bench.Prefix}:{{/chat}}:u:ann"), 1, 20);
    }

    [Fact]
    public async Task What_was_released_is_forgotten_here_when_its_window_is_over()
    {
        RedisSessionStore store = _bench.AddNode();
        for (int i = 0; i < 10; i++)
        {
            await store.ReleaseAsync((await store.CreateAsync(SessionBench.NewRecord($"{i}"), _a, default))!.Ownership, handedOver: false, default);
        }

        Assert.Equal(10, store.OwnedCount);
        _bench.Time.Advance(_bench.Options.Window + TimeSpan.FromSeconds(1));
        await store.ReleaseAsync((await store.CreateAsync(SessionBench.NewRecord("last"), _a, default))!.Ownership, handedOver: false, default);

        Assert.Equal(1, store.OwnedCount);
    }

    [Fact]
    public void Who_is_asked_for_a_session_that_is_about_to_come_does_not_have_it_when_it_has_come()
    {
        var owned = new OwnedSessions(TimeSpan.FromMinutes(2), TimeProvider.System);
        var session = new OwnedSession(new SessionOwnership(SessionBench.Chat, "pid", 3), _a, new StoredRooms([]), "node.1");
        owned.Expect(SessionBench.Chat, "pid");
        Assert.Null(owned.FindToYield(session.Ownership));

        Assert.False(owned.TryArrive(SessionBench.Chat, "pid", session));
        Assert.Equal(0, owned.Count);
    }
}

using Realtime.Contracts;
using Realtime.Contracts.Presence;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Presence;

/// <summary>Who is in a room, as several nodes see it.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class PresenceTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly string _prefix = redis.NextPrefix();
    private ClusterNode _a = null!;
    private ClusterNode _b = null!;

    public Task InitializeAsync()
    {
        _a = new ClusterNode(redis.Connection, _prefix);
        _b = new ClusterNode(redis.Connection, _prefix);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task A_user_on_two_nodes_is_one_member_until_it_has_left_both()
    {
        _a.Users.Enter("ann");
        _b.Users.Enter("ann");
        await _a.Users.SeesAsync("room", "ann");
        await _b.Users.SeesAsync("room", "ann");

        _a.Users.Leave("ann");
        await _a.Users.ReadAsync(); // it is written
        await _b.Users.SeesAsync("room", "ann");
        _b.Users.Leave("ann");
        await _a.Users.SeesAsync("room");
    }

    [Fact]
    public async Task Who_watches_on_another_node_is_told()
    {
        int told = 0;
        using IDisposable watching = _b.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it listens");
        for (int i = 0; i < 5; i++)
        {
            Volatile.Write(ref told, 0);
            _a.Users.Enter($"user{i}");
            await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it was told");
            Assert.Equal(i + 1, (await _b.Users.ReadAsync()).Count);
        }
    }

    [Fact]
    public async Task A_user_who_comes_to_another_tab_on_another_node_changes_nothing_that_is_told()
    {
        _a.Users.Enter("ann");
        await _b.Users.SeesAsync("room", "ann");
        int told = 0;
        using IDisposable watching = _a.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it listens");
        await _a.WorkAsync(); // nothing of what was before is told any more
        Volatile.Write(ref told, 0);

        _b.Users.Enter("ann");
        await _b.Users.ReadAsync();
        _b.Users.Enter("bob", "other");
        _b.Users.Enter("bob");
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it was told of the other user");
        Assert.Equal(1, Volatile.Read(ref told));
    }

    [Fact]
    public async Task What_a_node_had_that_died_is_gone_when_its_lease_is_over_and_not_before()
    {
        _a.Users.Enter("ann");
        _a.Users.Enter("bob");
        _a.Users.Enter("bob", "other");
        _b.Users.Enter("bob");
        await _a.Users.ReadAsync();
        await _b.WorkAsync();
        await _b.Users.SeesAsync("room", "ann", "bob");

        int told = 0;
        using IDisposable watching = _b.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it listens");
        Volatile.Write(ref told, 0);
        await _a.ExpireAsync();
        await _b.WorkAsync();

        Assert.Equal(["bob"], (await _b.Users.ReadAsync()).Users);
        Assert.Empty((await _b.Users.ReadAsync("other")).Users);
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "who watches was told");
    }

    [Fact]
    public async Task A_node_that_has_never_had_anything_to_do_with_the_namespace_does_not_see_what_died_before()
    {
        _a.Users.Enter("ann");
        await _a.Users.ReadAsync();
        await _a.ExpireAsync();

        Assert.Empty((await _b.Users.ReadAsync()).Users);
    }

    [Fact]
    public async Task Many_users_of_a_node_that_died_are_swept_by_several_nodes_at_once_and_counted_right()
    {
        await using var c = new ClusterNode(redis.Connection, _prefix);
        foreach (int i in Enumerable.Range(0, 2500))
        {
            _a.Users.Enter($"user {i}");
        }

        foreach (int i in Enumerable.Range(2400, 200))
        {
            _b.Users.Enter($"user {i}");
        }

        c.Users.Enter("carl");
        await Task.WhenAll(_a.Users.ReadAsync(), _b.Users.ReadAsync(), c.Users.ReadAsync());
        Assert.Equal(2601, (await c.Users.ReadAsync()).Count);

        await _a.ExpireAsync();
        await Task.WhenAll(_b.WorkAsync(), c.WorkAsync());
        Assert.Equal(201, (await c.Users.ReadAsync()).Count);
    }

    [Fact]
    public async Task A_node_that_stops_takes_what_it_has_along()
    {
        _a.Users.Enter("ann");
        _b.Users.Enter("bob");
        await _b.Users.SeesAsync("room", "bob", "ann");
        await _a.DisposeAsync();
        Assert.Equal(["bob"], (await _b.Users.ReadAsync()).Users);
    }

    [Fact]
    public async Task Everything_that_is_kept_expires_and_nothing_is_left_of_who_has_left()
    {
        _a.Users.Enter("ann");
        await _a.Users.ReadAsync();
        IServer server = redis.Connection.GetServers()[0];
        RedisKey[] keys = [.. server.Keys(pattern: $"{_prefix}:{{/chat}}:p*")];
        Assert.Equal(3, keys.Length);
        Assert.All(keys, key => Assert.InRange(redis.Connection.GetDatabase().KeyTimeToLive(key) ?? TimeSpan.MaxValue, TimeSpan.FromMinutes(key.ToString().EndsWith(":p", StringComparison.Ordinal) ? 50 : 170), TimeSpan.FromHours(key.ToString().EndsWith(":p", StringComparison.Ordinal) ? 1 : 3)));

        _a.Users.Leave("ann");
        await _a.Users.ReadAsync();
        Assert.Equal($"{_prefix}:{{/chat}}:p", Assert.Single(server.Keys(pattern: $"{_prefix}:{{/chat}}:p*")).ToString());
    }

    [Fact]
    public async Task A_namespace_with_which_a_node_has_nothing_to_do_any_more_costs_it_nothing_and_is_taken_up_again()
    {
        _a.Users.Enter("ann");
        await _a.Users.ReadAsync();
        _a.Users.Leave("ann");
        await _a.Users.ReadAsync();
        await _a.WorkAsync();
        await _a.WorkAsync();
        HashEntry[] index = await redis.Connection.GetDatabase().HashGetAllAsync($"{_prefix}:{{/chat}}:p");
        Assert.DoesNotContain(index, static entry => entry.Name.ToString().Contains('/', StringComparison.Ordinal));

        _a.Users.Enter("ann");
        await _b.Users.SeesAsync("room", "ann");
    }
}

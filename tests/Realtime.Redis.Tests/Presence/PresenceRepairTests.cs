using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts;
using Realtime.Contracts.Presence;
using Realtime.Core.Backplane;
using Realtime.Redis.Tests.Sessions;
using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Presence;

/// <summary>What becomes of presence when Redis is away or loses what it had, or a node its lease, or a notice is lost.</summary>
public sealed class PresenceRepairTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = redis.NextPrefix();

    private string Index => $"{_prefix}:{{/chat}}:p";

    [Fact]
    public async Task A_node_that_was_paused_beyond_its_lease_writes_what_it_has_again()
    {
        var time = new FakeTimeProvider();
        await using var a = new ClusterNode(redis.Connection, _prefix, new StoppedTimers(time));
        await using var b = new ClusterNode(redis.Connection, _prefix);
        a.Users.Enter("ann");
        a.Users.Enter("bob");
        await b.Users.SeesAsync("room", "ann", "bob");
        await a.ExpireAsync();
        await b.WorkAsync();
        Assert.Empty((await b.Users.ReadAsync()).Users);

        time.Advance(TimeSpan.FromMinutes(9)); // by its own clock, too
        a.Users.Leave("bob");
        await a.WorkAsync();

        Assert.Equal(["ann"], (await b.Users.ReadAsync()).Users);
    }

    [Fact]
    public async Task A_node_that_does_not_know_yet_that_it_was_swept_does_not_write_into_what_is_gone()
    {
        await using var a = new ClusterNode(redis.Connection, _prefix);
        await using var b = new ClusterNode(redis.Connection, _prefix);
        a.Users.Enter("ann");
        await b.Users.SeesAsync("room", "ann");
        await a.ExpireAsync();
        await b.WorkAsync();

        a.Users.Enter("bob"); // it believes in its lease still
        await b.Users.SeesAsync("room", "ann", "bob");
        await b.WorkAsync(); // and is swept again, since that is over
        Assert.Empty((await b.Users.ReadAsync()).Users);
    }

    [Fact]
    public async Task A_node_that_holds_its_lease_notices_that_Redis_has_lost_what_it_had()
    {
        await using var a = new ClusterNode(redis.Connection, _prefix);
        await using var b = new ClusterNode(redis.Connection, _prefix);
        a.Users.Enter("ann");
        await b.Users.SeesAsync("room", "ann");
        await redis.Connection.GetDatabase().KeyDeleteAsync(Index);
        Assert.Empty((await b.Users.ReadAsync()).Users); // not what is left behind it

        await a.WorkAsync();

        Assert.Equal(["ann"], (await b.Users.ReadAsync()).Users);
        a.Users.Leave("ann");
        await a.Users.ReadAsync();
        Assert.Empty((await b.Users.ReadAsync()).Users);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_in_the_next_round()
    {
        IDatabase database = redis.Connection.GetDatabase();
        await using var a = new ClusterNode(redis.Connection, _prefix);
        a.Users.Enter("ann");
        await a.Users.ReadAsync();
        await database.KeyRenameAsync(Index, Index + ":aside"); // Redis refuses to write there, and then has what it had again
        await database.StringSetAsync(Index, "no hash");
        a.Users.Enter("bob");
        a.Users.Leave("ann");
        await Assert.ThrowsAsync<BackplaneUnavailableException>(() => a.Users.ReadAsync());
        await database.KeyRenameAsync(Index + ":aside", Index);
        Assert.Equal(["ann"], (await a.Users.ReadAsync()).Users);

        await a.WorkAsync();

        Assert.Equal(["bob"], (await a.Users.ReadAsync()).Users);
    }

    [Fact]
    public async Task Nobody_seems_to_leave_while_a_node_writes_everything_anew()
    {
        var time = new FakeTimeProvider();
        await using var a = new ClusterNode(redis.Connection, _prefix, new StoppedTimers(time), static options => options.Sessions.Lease = TimeSpan.FromHours(2));
        await using var b = new ClusterNode(redis.Connection, _prefix);
        a.Users.Enter("ann");
        await b.Users.SeesAsync("room", "ann");
        int told = 0;
        using IDisposable watching = b.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it listens");
        Volatile.Write(ref told, 0);
        string before = await SliceAsync();

        time.Advance(TimeSpan.FromMinutes(21)); // a third of the expiry
        await a.WorkAsync();

        Assert.NotEqual(before, await SliceAsync());
        Assert.Equal(1, (await b.Users.ReadAsync()).Count);
        b.Users.Enter("bob");
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it was told of another user");
        Assert.Equal(1, Volatile.Read(ref told));

        async Task<string> SliceAsync() => (await redis.Connection.GetDatabase().HashKeysAsync(Index)).Select(static name => name.ToString()).Single(name => name.StartsWith(a.Lease.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_notice_that_was_lost_is_missed_within_two_rounds()
    {
        await using var a = new ClusterNode(redis.Connection, _prefix);
        await using var b = new ClusterNode(redis.Connection, _prefix);
        a.Users.Enter("carl");
        await a.Users.ReadAsync();
        int told = 0;
        using IDisposable watching = b.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "it listens");
        await b.WorkAsync();
        await redis.Connection.GetSubscriber().UnsubscribeAsync(RedisChannel.Literal($"{_prefix}:{{/chat}}:pc"));
        a.Users.Enter("ann");
        await a.Users.ReadAsync();
        Volatile.Write(ref told, 0);

        await b.WorkAsync();
        Assert.Equal(0, Volatile.Read(ref told)); // it may be on its way
        await b.WorkAsync();
        Assert.Equal(1, Volatile.Read(ref told));
        await b.WorkAsync();
        Assert.Equal(1, Volatile.Read(ref told));
    }

    [Fact]
    public async Task Too_many_changes_that_wait_are_written_as_a_whole()
    {
        await using var a = new ClusterNode(redis.Connection, _prefix, configure: static options => options.Presence.MaxWaiting = 10);
        for (int i = 0; i < 3000; i++)
        {
            a.Users.Enter($"user {i}");
        }

        Assert.Equal(3000, (await a.Users.ReadAsync()).Count);
        for (int i = 0; i < 2999; i++)
        {
            a.Users.Leave($"user {i}");
        }

        await a.Users.SeesAsync("room", "user 2999");
    }

    [Fact]
    public async Task While_Redis_is_away_reads_fail_and_what_changed_meanwhile_is_written_when_it_is_back()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.Patience + ",abortConnect=false");
        var time = new FakeTimeProvider();
        await using var a = new ClusterNode(connection, _prefix, time, static options => options.Sessions.Lease = TimeSpan.FromSeconds(10));
        a.Users.Enter("ann");
        await a.Users.SeesAsync("room", "ann");
        await server.PauseAsync();

        a.Users.Leave("ann");
        a.Users.Enter("bob");
        Task<Core.Presence.RoomPresence> read = a.Users.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<BackplaneUnavailableException>(() => read);

        await server.ContinueAsync();
        await Bounded.UntilAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                try
                {
                    return (await a.Users.ReadAsync()).Users.SequenceEqual(["bob"]);
                }
                catch (BackplaneUnavailableException)
                {
                    return false;
                }
            },
            "it was written");
    }

    [Fact]
    public async Task A_Redis_that_comes_back_empty_is_told_everything_again()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.PatientCalls + ",abortConnect=false");
        await using var a = new ClusterNode(connection, _prefix, TimeProvider.System, Configure);
        await using var b = new ClusterNode(connection, _prefix, TimeProvider.System, Configure);
        int told = 0;
        using IDisposable watching = b.Users.Store.Watch(PresenceNode.Chat, "room", () => Interlocked.Increment(ref told));
        a.Users.Enter("ann");
        b.Users.Enter("ann");
        b.Users.Enter("bob");
        await a.Users.SeesAsync("room", "ann", "bob");
        await server.RestartAsync(keepData: false);
        await ReadsAsync("ann", "bob");

        Volatile.Write(ref told, 0);
        a.Users.Leave("ann");
        b.Users.Leave("ann");
        await ReadsAsync("bob");
        await Bounded.UntilAsync(() => Volatile.Read(ref told) > 0, "who watches is told again");

        static void Configure(RedisOptions options)
        {
            (options.Sessions.Lease, options.Sessions.LeaseRenewal) = (TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(300));
            options.Presence.Timeout = Bounded.Limit; // reads are to succeed, however slow the machine is
        }

        Task ReadsAsync(params string[] users) => Bounded.UntilAsync(
            async () =>
            {
                try
                {
                    return (await b.Users.ReadAsync()).Users.Order(StringComparer.Ordinal).SequenceEqual(users);
                }
                catch (BackplaneUnavailableException)
                {
                    return false;
                }
            },
            "everything was written again");
    }
}

using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts;
using Realtime.Core.Backplane;
using Realtime.Core.Limits;
using Realtime.Core.Users;
using Realtime.Redis.Tests.Sessions;
using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Users;

/// <summary>What becomes of the lists when Redis is away or loses what it had, or a node its lease.</summary>
public sealed class DirectoryRepairTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task A_node_that_has_lost_its_lease_and_lives_lists_what_it_has_again()
    {
        var time = new FakeTimeProvider();
        await using var a = new DirectoryNode(redis.Connection, _prefix, new StoppedTimers(time));
        await using var b = new DirectoryNode(redis.Connection, _prefix);
        ListedSocket stays = await a.AddAsync(session: "s");
        ListedSocket leaves = await a.AddAsync();
        await a.ExpireAsync();
        Assert.Empty(await b.FindAsync());

        time.Advance(TimeSpan.FromMinutes(9)); // by its own clock, too
        a.Directory.Leave(leaves);
        await a.Directory.Upkeep.WorkAsync().Within();

        Assert.Equal(stays.SocketId, Assert.Single(Assert.Single(await b.FindAsync()).Sockets).Id);
        await b.AddAsync();
        Assert.Equal(ListingResult.Refused, await b.EnterAsync(b.NewSocket()));
    }

    [Fact]
    public async Task A_node_that_was_away_does_not_list_again_what_has_come_back_elsewhere()
    {
        var time = new FakeTimeProvider();
        await using var a = new DirectoryNode(redis.Connection, _prefix, new StoppedTimers(time));
        await using var b = new DirectoryNode(redis.Connection, _prefix);
        await a.AddAsync(session: "s", max: 1);
        await b.AddAsync(session: "s", max: 1);
        await a.ExpireAsync();
        time.Advance(TimeSpan.FromMinutes(9));

        await a.Directory.Upkeep.WorkAsync().Within();

        Assert.Equal(b.Name, Assert.Single(await a.FindAsync()).Node);
    }

    [Fact]
    public async Task What_a_node_has_to_close_and_was_not_told_of_it_closes_when_it_looks_again()
    {
        var time = new FakeTimeProvider();
        await using var a = new DirectoryNode(redis.Connection, _prefix, new StoppedTimers(time));
        await using var b = new DirectoryNode(redis.Connection, _prefix);
        ListedSocket oldest = await a.AddAsync(max: 1);
        await redis.Connection.GetSubscriber().UnsubscribeAsync(RedisChannel.Literal($"{_prefix}:users:{a.Name}"));
        await b.AddAsync(max: 1, policy: UserLimitPolicy.CloseOldest);
        await a.Directory.Upkeep.WorkAsync().Within();
        Assert.Empty(a.Closed);

        time.Advance(TimeSpan.FromMinutes(21));
        await a.Directory.Upkeep.WorkAsync().Within();

        Assert.Equal(oldest, Assert.Single(a.Closed));
    }

    [Fact]
    public async Task While_Redis_is_away_nobody_is_refused_or_waits_twice_and_all_is_listed_when_it_is_back()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.PatientCalls + ",abortConnect=false");
        var time = new FakeTimeProvider();
        await using var a = new DirectoryNode(connection, _prefix, time);
        ListedSocket before = await a.AddAsync(max: 1);
        await server.PauseAsync();

        Task<ListingResult> first = a.EnterAsync(a.NewSocket("bob"), max: 1);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(ListingResult.Unknown, await first);
        ValueTask<ListingResult> second = a.Directory.EnterAsync(a.NewSocket("bob"), 1, UserLimitPolicy.RefuseNewest, CancellationToken.None);
        Assert.True(second.IsCompletedSuccessfully, "nobody waits for what is known to be away");
        Assert.Equal(ListingResult.Unknown, await second);
        a.Directory.Leave(before);
        Assert.Single(a.Logged, "DirectoryAway");

        await server.ContinueAsync();
        await a.Directory.Upkeep.WorkAsync().Within();
        Assert.Contains("DirectoryBack", a.Logged);
        Assert.Equal(2, (await a.FindAsync("bob")).Count);
        Assert.Empty(await a.FindAsync());
        Assert.Equal(ListingResult.Refused, await a.EnterAsync(a.NewSocket("bob"), max: 1));
    }

    [Fact]
    public async Task A_Redis_that_comes_back_empty_is_told_everything_again()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.PatientCalls + ",abortConnect=false");
        await using var a = new DirectoryNode(connection, _prefix, TimeProvider.System, static options => options.Directory.Timeout = Bounded.Limit);
        await using var b = new DirectoryNode(connection, _prefix, TimeProvider.System, static options => options.Directory.Timeout = Bounded.Limit);
        ListedSocket oldest = await a.AddAsync();
        await a.AddAsync("bob");
        await server.RestartAsync(keepData: false);

        await Bounded.UntilAsync(async () => await CountAsync("ann") == 1 && await CountAsync("bob") == 1, "everything was listed again");

        await b.AddAsync(policy: UserLimitPolicy.CloseOldest);
        await b.AddAsync(policy: UserLimitPolicy.CloseOldest);
        await Bounded.UntilAsync(() => a.Closed.Contains(oldest), "the node hears what it has to close");

        async Task<int> CountAsync(string user)
        {
            try
            {
                return (await b.FindAsync(user)).Count;
            }
            catch (BackplaneUnavailableException)
            {
                return -1;
            }
        }
    }
}

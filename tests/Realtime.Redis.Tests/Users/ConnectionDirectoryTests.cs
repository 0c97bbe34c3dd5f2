using Realtime.Contracts;
using Realtime.Core.Limits;
using Realtime.Core.Users;

namespace Realtime.Redis.Tests.Users;

/// <summary>How many connections a user has over all nodes, and where.</summary>
#pragma warning disable CA1001 // xunit calls DisposeAsync of IAsyncLifetime.
public sealed class ConnectionDirectoryTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly string _prefix = redis.NextPrefix();
    private DirectoryNode _a = null!;
    private DirectoryNode _b = null!;

    public Task InitializeAsync()
    {
        _a = new DirectoryNode(redis.Connection, _prefix);
        _b = new DirectoryNode(redis.Connection, _prefix);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task A_user_has_no_more_connections_on_all_nodes_together_than_allowed()
    {
        ListedSocket first = await _a.AddAsync();
        await _b.AddAsync();

        Assert.Equal(ListingResult.Refused, await _a.EnterAsync(_a.NewSocket()));
        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket()));
        await _b.AddAsync("bob");

        _a.Directory.Leave(first);
        await _b.AddAsync();
        Assert.Equal(ListingResult.Refused, await _a.EnterAsync(_a.NewSocket()));
    }

    [Fact]
    public async Task Of_many_that_join_at_once_on_both_nodes_as_many_get_in_as_allowed()
    {
        ListingResult[] results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? _a : _b).EnterAsync((i % 2 == 0 ? _a : _b).NewSocket(), max: 5)));

        Assert.Equal(5, results.Count(static result => result == ListingResult.Admitted));
        Assert.Equal(35, results.Count(static result => result == ListingResult.Refused));
    }

    [Fact]
    public async Task A_connection_counts_once_until_its_last_socket_has_left()
    {
        ListedSocket root = await _a.AddAsync(connection: "c", max: 1);
        ListedSocket chat = await _a.AddAsync(connection: "c", path: "/chat", max: 1);

        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket(), max: 1));
        _a.Directory.Leave(root);
        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket(), max: 1));
        _a.Directory.Leave(chat);
        await _b.AddAsync(max: 1);
    }

    [Fact]
    public async Task A_node_that_died_holds_places_until_its_lease_is_over_and_no_longer()
    {
        await _a.AddAsync();
        await _a.AddAsync();

        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket()));
        Assert.Equal(2, (await _b.FindAsync()).Count);
        await _a.ExpireAsync();
        Assert.Empty(await _b.FindAsync());
        await _b.AddAsync();
        await _b.AddAsync();
        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket()));
    }

    [Fact]
    public async Task C6_A_client_that_comes_back_after_a_crash_has_its_own_place_again_at_once()
    {
        for (int i = 0; i < 5; i++)
        {
            await _a.AddAsync(session: $"s{i}", max: 5);
        }

        // The node has crashed, and its lease still holds.
        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket(session: "new"), max: 5));
        for (int i = 0; i < 5; i++)
        {
            await _b.AddAsync(session: $"s{i}", max: 5);
            Assert.Equal(5, (await _b.FindAsync()).Count);
        }

        Assert.All(await _b.FindAsync(), connection => Assert.Equal(_b.Name, connection.Node));
        Assert.Equal(ListingResult.Refused, await _b.EnterAsync(_b.NewSocket(session: "new"), max: 5));
    }

    [Fact]
    public async Task What_comes_back_first_brings_the_place_of_the_whole_connection_before()
    {
        await _a.AddAsync(session: "root", connection: "before", max: 1);
        await _a.AddAsync(session: "chat", connection: "before", path: "/chat", max: 1);

        await _b.AddAsync(session: "chat", connection: "after", path: "/chat", max: 1);
        await _b.AddAsync(session: "root", connection: "after", max: 1);
        Assert.Equal(2, Assert.Single(await _b.FindAsync()).Sockets.Count);
    }

    [Fact]
    public async Task What_the_old_node_takes_away_late_is_not_the_place_of_the_client_that_came_back()
    {
        ListedSocket before = await _a.AddAsync(session: "s", max: 1);
        await _b.AddAsync(session: "s", max: 1);

        _a.Directory.Leave(before);
        await _a.Directory.Upkeep.WorkAsync();
        Assert.Equal(ListingResult.Refused, await _a.EnterAsync(_a.NewSocket(), max: 1));
    }

    [Fact]
    public async Task The_oldest_is_closed_on_whatever_node_it_is()
    {
        ListedSocket oldest = await _a.AddAsync(policy: UserLimitPolicy.CloseOldest);
        await _b.AddAsync(policy: UserLimitPolicy.CloseOldest);

        ListedSocket third = await _b.AddAsync(policy: UserLimitPolicy.CloseOldest);
        await Bounded.UntilAsync(() => _a.Closed.Contains(oldest), "the oldest was closed");
        Assert.Empty(_b.Closed);
        Assert.Equal(third.SocketId, (await _a.FindAsync())[^1].Sockets[0].Id);
        Assert.Equal(2, (await _a.FindAsync()).Count);

        await _a.AddAsync(policy: UserLimitPolicy.CloseOldest); // now the oldest is on the other node; the one that was closed counts no more though it has not left yet
        await Bounded.UntilAsync(() => _b.Closed.Count == 1, "the next was closed");
        Assert.Single(_a.Closed.Distinct());
    }

    [Fact]
    public async Task Connections_are_found_with_their_node_their_age_and_their_sockets()
    {
        ListedSocket one = await _a.AddAsync("a b{c}", connection: "c");
        ListedSocket two = await _a.AddAsync("a b{c}", connection: "c", path: "/chat with space");
        ListedSocket three = await _b.AddAsync("a b{c}");

        IReadOnlyList<UserConnection> found = await _b.FindAsync("a b{c}");
        Assert.Equal([_a.Name, _b.Name], found.Select(static connection => connection.Node));
        Assert.Equal([new UserSocket("/", one.SocketId), new UserSocket("/chat with space", two.SocketId)], found[0].Sockets);
        Assert.Equal([new UserSocket("/", three.SocketId)], found[1].Sockets);
        Assert.Equal(one.Since, found[0].Since);
        Assert.Empty(await _a.FindAsync("nobody"));
    }

    [Fact]
    public async Task Nothing_is_left_in_Redis_of_users_that_have_left_and_the_rest_expires()
    {
        ListedSocket socket = await _a.AddAsync();
        Assert.InRange(await redis.Connection.GetDatabase().KeyTimeToLiveAsync($"{_prefix}:user:ann") ?? TimeSpan.MaxValue, TimeSpan.FromMinutes(50), TimeSpan.FromHours(1));
        _a.Directory.Leave(socket);
        await Bounded.UntilAsync(async () => !await redis.Connection.GetDatabase().KeyExistsAsync($"{_prefix}:user:ann"), "the list is gone");
    }
}

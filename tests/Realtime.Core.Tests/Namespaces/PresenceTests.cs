using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Presence;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

/// <summary>Who is in a room, and who is told, on one node.</summary>
public sealed class PresenceTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<PresenceChange> _told = new();
    private TestServer _server = null!;

    private RealtimeNamespace Space => _server.Server.Of("/");

    public Task InitializeAsync()
    {
        _server = TestServer.Start(
            builder => builder.AddNamespace("/", space => Define(space).TrackPresence("lobby").TrackPresence("").OnPresenceChanged(change =>
            {
                _told.Enqueue(change);
                return default;
            })),
            static options => (options.Presence.MaxListed, options.Presence.ChangeInterval) = (3, TimeSpan.Zero));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Two_tabs_are_one_member_until_the_last_is_closed()
    {
        TestClient first = await JoinAsync("ann");
        TestClient second = await JoinAsync("ann");
        await JoinAsync("bob");
        Assert.Equal(["ann", "bob"], await UsersAsync());

        first.Send("41");
        await Patience.UntilAsync(() => Space.SocketCount == 2);
        Assert.Equal(["ann", "bob"], await UsersAsync());
        second.Send("41");
        await Patience.UntilAsync(() => Space.SocketCount == 1);
        Assert.Equal(["bob"], await UsersAsync());
    }

    [Fact]
    public async Task Who_leaves_the_room_is_in_the_namespace_still()
    {
        await JoinAsync("ann");
        Assert.Equal(["ann"], (await Space.Everyone.PresenceAsync()).Users);
        await Space.Everyone.LeaveAsync("lobby");
        Assert.Equal(0, (await Space.In("lobby").PresenceAsync()).Count);
        Assert.Equal(["ann"], (await Space.Everyone.Local.PresenceAsync()).Users);
        await Space.Everyone.DisconnectAsync();
        Assert.Equal(0, (await Space.Everyone.PresenceAsync()).Count);
    }

    [Fact]
    public async Task Who_has_no_user_or_is_refused_later_is_not_there()
    {
        await JoinAsync("");
        TestClient refused = _server.Connect();
        refused.Send("40{\"user\":\"eve\",\"refuse\":1}");
        await Patience.UntilAsync(() => refused.Lines.Any(static line => line.StartsWith("44", StringComparison.Ordinal)));
        await JoinAsync("ann");

        Assert.Equal(["ann"], await UsersAsync());
        await ToldAsync(static told => told.Any(static change => change.Room == "lobby"));
        Assert.DoesNotContain("eve", _told.SelectMany(static change => change.Joined));
    }

    [Fact]
    public async Task What_is_told_of_a_user_alternates_and_adds_up()
    {
        for (int round = 0; round < 20; round++)
        {
            TestClient ann = await JoinAsync("ann");
            TestClient bob = await JoinAsync("bob");
            TestClient tab = await JoinAsync("ann");
            ann.Send("41");
            bob.Send("41");
            tab.Send("41");
        }

        await Patience.UntilAsync(() => Space.SocketCount == 0);
        await JoinAsync("ann");
        HashSet<string> seen = [];
        await ToldAsync(told =>
        {
            seen = [];
            foreach (PresenceChange change in told.Where(static change => change.Room == "lobby"))
            {
                Assert.All(change.Joined, user => Assert.True(seen.Add(user), "it joined, and was there"));
                Assert.All(change.Left, user => Assert.True(seen.Remove(user), "it left, and was not there"));
                Assert.Equal(seen.Count, change.Count);
            }

            return seen.SetEquals(["ann"]) && Space.SocketCount == 1;
        });
    }

    [Fact]
    public async Task When_this_node_has_nobody_there_any_more_it_sees_nobody_and_begins_anew()
    {
        for (int round = 0; round < 3; round++)
        {
            TestClient ann = await JoinAsync("ann");
            await ToldAsync(told => Of(told, "lobby", "+ann") == round + 1);
            ann.Send("41");
            await ToldAsync(told => Of(told, "lobby", "-ann") == round + 1);
        }
    }

    [Fact]
    public async Task Of_a_room_that_grows_too_large_only_the_number_is_told_until_it_is_smaller_again()
    {
        await JoinAsync("a");
        await JoinAsync("b");
        await JoinAsync("c");
        await ToldAsync(static told => told.Any(static change => change is { Room: "lobby", Count: 3 }));
        TestClient d = await JoinAsync("d");
        await ToldAsync(static told => told.Any(static change => change is { Room: "lobby", Count: 4, IsComplete: false, Joined: [], Left: [] }));

        RoomPresence large = await Space.In("lobby").PresenceAsync();
        Assert.Equal((4, 3, false), (large.Count, large.Users.Count, large.IsComplete));
        await JoinAsync("e");
        await ToldAsync(static told => told.Any(static change => change is { Room: "lobby", Count: 5 }));
        await Space.In("user a").LeaveAsync("lobby");
        await ToldAsync(static told => told.Count(static change => change is { Room: "lobby", Count: 4 }) == 2);
        Assert.All(_told.Where(static change => change is { Room: "lobby", Count: > 3 }), static change => Assert.True(change is { IsComplete: false, Joined: [], Left: [] }));
        d.Send("41");
        await ToldAsync(static told => told.Any(static change => change is { Room: "lobby", Count: 3, IsComplete: true, Joined: ["e"], Left: ["a"] }));
    }

    [Fact]
    public async Task A_listener_that_throws_or_thinks_for_long_hears_the_difference_all_the_same()
    {
        var goOn = new TaskCompletionSource();
        var told = new ConcurrentQueue<PresenceChange>();
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => Define(space).TrackPresence("*").OnPresenceChanged(async change =>
            {
                if (change.Room == "lobby")
                {
                    told.Enqueue(change);
                    await goOn.Task;
                    throw new InvalidOperationException("not this time");
                }
            })),
            static options => options.Presence.ChangeInterval = TimeSpan.Zero);
        await server.JoinAsync(auth: "{\"user\":\"ann\"}");
        await Patience.UntilAsync(() => told.Count == 1);
        (TestClient bob, _) = await server.JoinAsync(auth: "{\"user\":\"bob\"}");
        await server.JoinAsync(auth: "{\"user\":\"carl\"}");
        bob.Send("41");
        await Patience.UntilAsync(() => server.Server.Of("/").SocketCount == 2);
        goOn.SetResult();

        await Patience.UntilAsync(() => told.Count == 2);
        Assert.Equal(["carl"], told.Last().Joined);
        await Patience.UntilAsync(() => server.Logged.Any(static line => line.Contains("PresenceListenerFailed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Between_two_calls_for_a_room_is_a_pause()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => Define(space).TrackPresence("lobby").OnPresenceChanged(change =>
        {
            _told.Enqueue(change);
            return default;
        })));
        await server.JoinAsync(auth: "{\"user\":\"ann\"}");
        await Patience.UntilAsync(() => _told.Count == 1);
        await server.JoinAsync(auth: "{\"user\":\"bob\"}");
        await server.JoinAsync(auth: "{\"user\":\"carl\"}");
        await Patience.UntilAsync(() => server.Server.Of("/").Sockets.Count(static socket => socket.Rooms.Contains("lobby")) == 3);

        await Patience.UntilAsync(() =>
        {
            server.Time.Advance(TimeSpan.FromMilliseconds(1)); // the pause begins when the listener has returned
            return _told.Count > 1;
        });
        Assert.Equal(["bob", "carl"], _told.Last().Joined.Order(StringComparer.Ordinal));
        Assert.True(server.Time.GetUtcNow() - server.Time.Start >= new PresenceOptions().ChangeInterval);
    }

    [Theory]
    [InlineData("lobby")]
    [InlineData("")]
    public async Task A_listener_tells_the_clients_of_its_node_that_are_in_the_room(string room)
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => Define(space).TrackPresence(room).OnPresenceChanged(
            change => change.Local.EmitAsync("presence", change.Joined))));
        TestClient ann = server.Connect();
        ann.Send("40{\"user\":\"ann\"}"); // not joined by the bench, which takes what comes until then: she may have been told already
        await Patience.UntilAsync(() => ann.Lines.Contains("42[\"presence\",[\"ann\"]]"));
    }

    [Fact]
    public async Task Presence_is_that_of_one_tracked_room()
    {
        Assert.Contains("not tracked", Assert.Throws<InvalidOperationException>(() => Read(Space.In("other"))).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Read(Space.In("lobby", "other")));
        Assert.Throws<InvalidOperationException>(() => Read(Space.Except("lobby")));
        await using TestServer plain = TestServer.Start(static builder => builder.AddNamespace("/"));
        Assert.Contains("TrackPresence", Assert.Throws<InvalidOperationException>(() => Read(plain.Server.Of("/").In("lobby"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Private_rooms_and_those_of_users_have_no_presence()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => Define(space).TrackPresence("*").OnPresenceChanged(change =>
        {
            _told.Enqueue(change);
            return default;
        })));
        await server.JoinAsync(auth: "{\"user\":\"ann\"}");
        await ToldAsync(static told => told.Length >= 3);
        Assert.Equal(["", "lobby", "user ann"], _told.Select(static change => change.Room).Order(StringComparer.Ordinal));
        Assert.Throws<InvalidOperationException>(() => Read(server.Server.Of("/").ToUser("ann")));
    }

    private static NamespaceBuilder Define(NamespaceBuilder space) => space.Use(static async (context, next) =>
    {
        Dictionary<string, object> auth = context.Socket.GetAuth<Dictionary<string, object>>()!;
        context.Socket.UserId = auth["user"].ToString();
        await context.Socket.JoinAsync("lobby");
        await context.Socket.JoinAsync($"user {auth["user"]}");
        if (auth.ContainsKey("refuse"))
        {
            context.Refuse("no");
        }

        await next(context);
    });

    private static void Read(Emitter room) => _ = room.PresenceAsync().AsTask();

    private static int Of(PresenceChange[] told, string room, string what) =>
        told.Count(change => change.Room == room && (what[0] == '+' ? change.Joined : change.Left).Contains(what[1..]));

    private async Task<TestClient> JoinAsync(string user) => (await _server.JoinAsync(auth: $"{{\"user\":\"{user}\"}}")).Client;

    private async Task<string[]> UsersAsync() => [.. (await Space.In("lobby").PresenceAsync()).Users.Order(StringComparer.Ordinal)];

    private Task ToldAsync(Func<PresenceChange[], bool> holds) => Patience.UntilAsync(() => holds([.. _told]));
}

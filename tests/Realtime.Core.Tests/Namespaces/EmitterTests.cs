using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Acks;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

public sealed class EmitterTests : IAsyncLifetime
{
    private readonly TestServer _server = TestServer.Start(builder => builder.AddNamespace("/", space => space.Use((context, next) =>
    {
        context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, string>>()?.GetValueOrDefault("user");
        return next(context);
    })));

    private readonly Dictionary<string, TestClient> _clients = [];
    private readonly Dictionary<string, string> _ids = [];

    private RealtimeNamespace Space => _server.Server.Of("/");

    public async Task InitializeAsync()
    {
        foreach ((string name, string room, string user) in ((string, string, string)[])[("a", "x", "ann"), ("b", "x", "bob"), ("c", "y", "ann")])
        {
            (_clients[name], _ids[name]) = await _server.JoinAsync(auth: $"{{\"user\":\"{user}\"}}");
            await Socket(name).JoinAsync(room);
            Socket(name).Data = name;
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task An_emitter_reaches_who_it_says()
    {
        await Space.EmitAsync("all", 1);
        await Space.To("x").EmitAsync("x");
        await Space.To("x", "y").Except(_ids["b"]).EmitAsync("ac");
        await Space.Except("x").EmitAsync("c");
        await Space.To(_ids["b"]).EmitAsync("b");
        await Space.ToUser("ann").EmitAsync("ann");
        await Socket("a").Broadcast.EmitAsync("not a");
        await Socket("a").To("x").EmitAsync("x but a");
        await Socket("a").EmitAsync("only a");
        await Space.Local.EmitAsync("local");

        Assert.Equal("all x ac ann only-a local", Got("a"));
        Assert.Equal("all x b not-a x-but-a local", Got("b"));
        Assert.Equal("all ac c ann not-a local", Got("c"));
    }

    [Fact]
    public async Task A_batch_is_one_write_and_keeps_its_order()
    {
        _clients["a"].Peer.Pause();
        using (_server.Server.BeginBatch())
        {
            await Space.EmitAsync("one");
            await Socket("a").EmitAsync("two");
            await Space.To("x").EmitAsync("three");
            Assert.Equal("", Got("b"));
        }

        _clients["a"].Peer.Resume();
        Assert.Equal("one two three", Got("a"));
        Assert.Equal("one three", Got("b"));
    }

    [Fact]
    public async Task Volatile_events_are_dropped_where_they_cannot_go_out_at_once()
    {
        _clients["a"].Peer.Pause();
        await Space.Volatile.EmitAsync("v1");
        await Socket("a").Volatile.EmitAsync("v2");
        await Socket("b").Volatile.EmitAsync("v3");
        _clients["a"].Peer.Resume();

        Assert.Equal("", Got("a"));
        Assert.Equal("v1 v3", Got("b"));
    }

    [Fact]
    public async Task Sockets_can_be_fetched_joined_left_and_disconnected_by_audience()
    {
        IReadOnlyList<RemoteSocket> fetched = await Space.To("x").FetchSocketsAsync();
        Assert.Equal(["a", "b"], fetched.Select(socket => (string)socket.Data!).Order());
        Assert.Contains("x", fetched[0].Rooms);
        Assert.Equal(_ids["a"], fetched.Single(socket => (string)socket.Data! == "a").Rooms[0]);
        await fetched.Single(socket => (string)socket.Data! == "b").Target.EmitAsync("found");
        Assert.Equal("found", Got("b"));

        await Space.To("x").JoinAsync("z", "w");
        Assert.Equal(2, (await Space.To("z").FetchSocketsAsync()).Count);
        await Space.To("x").Except(_ids["a"]).LeaveAsync("z");
        Assert.Equal([_ids["a"]], (await Space.To("z").FetchSocketsAsync()).Select(socket => socket.Id));

        await Space.To("y").DisconnectAsync();
        Assert.Equal(["41"], _clients["c"].Take());
        Assert.True(_clients["c"].Connection.IsOpen);
        Assert.Equal(2, Space.SocketCount);
        await Space.Everyone.DisconnectAsync(closeConnection: true);
        Assert.True(_clients["a"].HasEnded);
        Assert.True(_clients["b"].HasEnded);
        Assert.Equal(0, Space.SocketCount);
        Assert.Empty(Space.RoomNames);
    }

    [Fact]
    public async Task A_user_is_all_its_sockets_until_they_leave()
    {
        _clients["c"].Send("41");
        await Space.ToUser("ann").EmitAsync("hi");
        await Space.ToUser("nobody").EmitAsync("hi");

        Assert.Equal("hi", Got("a"));
        Assert.Equal("", Got("c"));
    }

    [Fact]
    public async Task Typed_events_and_answers_of_many()
    {
        var question = new RealtimeEvent<int, string>("question");
        ValueTask<IReadOnlyList<string?>> asked = Space.To("x").EmitAsync(question, 5);
        Answer("a", "\"from a\"");
        Answer("b", "\"from b\"");

        Assert.Equal(["from a", "from b"], await asked.Within());
        Assert.DoesNotContain(_clients["c"].Lines, line => line.Contains("question", StringComparison.Ordinal));

        ValueTask<string?> one = Socket("c").EmitAsync(question, 6);
        Answer("c", "\"from c\"");
        Assert.Equal("from c", await one.Within());
    }

    [Fact]
    public async Task At_the_timeout_the_answers_so_far_are_given_and_nothing_stays_behind()
    {
        ValueTask<BroadcastAcks> asked = Space.WithTimeout(TimeSpan.FromSeconds(3)).EmitWithAckAsync("question");
        Assert.Equal(1, Socket("a").Acks.Count);
        Answer("a", "1");
        Answer("a", "2"); // a second answer of the same client is ignored
        _server.Time.Pass(3.1);
        BroadcastAcks acks = await asked.Within();

        Assert.Single(acks.Responses);
        Assert.Equal(3, acks.ExpectedCount);
        Assert.False(acks.IsComplete);
        Assert.All(_ids.Keys, name => Assert.Equal(0, Socket(name).Acks.Count));
        Assert.Equal(3, _server.Server.Engine.Wheel.Count); // the heartbeats
        Answer("b", "\"late\"");
        Assert.True(_clients["b"].Connection.IsOpen);
    }

    [Fact]
    public async Task Nobody_to_ask_is_answered_at_once()
    {
        BroadcastAcks acks = await Space.To("nowhere").EmitWithAckAsync("question").Within();
        Assert.True(acks.IsComplete);
        Assert.Equal(0, acks.ExpectedCount);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("disconnecting")]
    public async Task Reserved_names_are_refused(string name)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Space.EmitAsync(name));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Socket("a").EmitWithAckAsync(name));
    }

    private RealtimeSocket Socket(string name) => Space.FindSocket(_ids[name])!;

    private string Got(string name) => string.Join(' ', _clients[name].Lines.Select(line => line[(line.IndexOf('"', StringComparison.Ordinal) + 1)..].Split('"')[0].Replace(' ', '-')));

    private void Answer(string name, string json)
    {
        string line = _clients[name].Lines.Last(line => line.Contains("question", StringComparison.Ordinal));
        _clients[name].Send($"43{line[2..line.IndexOf('[', StringComparison.Ordinal)]}[{json}]");
    }
}

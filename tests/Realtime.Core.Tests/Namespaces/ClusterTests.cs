using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Acks;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;
using Realtime.Core.Tests.Backplane;
using Realtime.Core.Tests.Connections;
using Realtime.Core.Tests.Hosting;

namespace Realtime.Core.Tests.Namespaces;

/// <summary>What a server asks the other nodes of its cluster.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private readonly List<ClusterInMemory> _cluster = [];
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly TestServer _here;
    private readonly TestServer _there;

    public ClusterTests()
    {
        _cluster.AddRange([new(_cluster), new(_cluster)]);
        (_here, _there) = (Start(0), Start(1));
    }

    private RealtimeNamespace Space => _here.Server.Of("/");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _here.DisposeAsync();
        await _there.DisposeAsync();
    }

    [Fact]
    public async Task Sockets_of_other_nodes_are_fetched_with_all_that_is_told_of_them()
    {
        (TestClient mine, string here) = await _here.JoinAsync();
        TestClient client = _there.Connect(handshake: new BasicHandshake { Address = "10.0.0.7", Url = "/x?a=1" });
        string there = await TestServer.JoinAsync(client, auth: "{\"token\":\"t\"}");
        RealtimeSocket socket = _there.Server.Of("/").FindSocket(there)!;
        socket.Data = new Dictionary<string, int> { ["age"] = 7 };
        await socket.JoinAsync("x");

        Assert.Equal([here, there], (await Space.Everyone.FetchSocketsAsync()).Select(found => found.Id));
        Assert.Equal([here], (await Space.Local.FetchSocketsAsync()).Select(found => found.Id));
        RemoteSocket fetched = Assert.Single(await Space.To("x").FetchSocketsAsync());
        Assert.Equal([there, "x"], fetched.Rooms);
        Assert.Equal(7, fetched.ReadData<Dictionary<string, int>>()!["age"]);
        Assert.Equal("10.0.0.7 /x?a=1", $"{fetched.Handshake.Address} {fetched.Handshake.Url}");
        Assert.Equal("{\"token\":\"t\"}", Wire.Text(fetched.Auth));
        await fetched.Target.EmitAsync("found");
        await Patience.UntilAsync(() => client.Lines.Contains("42[\"found\"]"));
        Assert.Empty(mine.Lines);
    }

    [Fact]
    public async Task Fetching_fails_when_a_node_does_not_answer()
    {
        _cluster[1].IsSilent = true;
        await Assert.ThrowsAsync<ClusterTimeoutException>(async () => await Space.Everyone.FetchSocketsAsync());
        Assert.Empty(await Space.Local.FetchSocketsAsync());
    }

    [Fact]
    public async Task Rooms_of_all_nodes_are_listed_once()
    {
        string here = await JoinAsync(_here, "x");
        string there = await JoinAsync(_there, "x", "y");
        Assert.Equal(new[] { here, there, "x", "y" }.Order(), (await Space.FetchRoomNamesAsync()).Order());
    }

    [Fact]
    public async Task Everybody_on_all_nodes_is_asked_and_answers_as_many()
    {
        (TestClient first, _) = await _here.JoinAsync();
        (TestClient second, _) = await _there.JoinAsync();
        (TestClient third, _) = await _there.JoinAsync();
        Task<BroadcastAcks> asked = Space.EmitWithAckAsync("question").AsTask();
        Answer(second, "2");
        Answer(first, "1");
        Assert.False(asked.IsCompleted);
        Answer(third, "3");
        BroadcastAcks acks = await asked.Within();

        Assert.True(acks.IsComplete);
        Assert.Equal(3, acks.ExpectedCount);
        Assert.Equal(["2", "1", "3"], acks.Responses.Select(answer => Wire.Text(answer[0].Json)));
        Assert.All(_there.Server.Of("/").Sockets, socket => Assert.Equal(0, socket.Acks.Count));
    }

    [Fact]
    public async Task At_the_timeout_the_answers_of_all_nodes_so_far_are_given()
    {
        (TestClient first, _) = await _there.JoinAsync();
        await _there.JoinAsync();
        Task<BroadcastAcks> asked = Space.WithTimeout(TimeSpan.FromSeconds(3)).EmitWithAckAsync("question").AsTask();
        Answer(first, "1");
        _here.Time.Pass(3.1);
        BroadcastAcks acks = await asked.Within();

        Assert.Equal("1 of 2, False, True", $"{acks.Responses.Count} of {acks.ExpectedCount}, {acks.IsComplete}, {acks.IsAudienceKnown}");
        _there.Time.Pass(3.1);
        await Patience.UntilAsync(() => _there.Server.Of("/").Sockets.All(socket => socket.Acks.Count == 0));
    }

    [Fact]
    public async Task While_a_node_has_not_told_whom_it_asked_nothing_is_complete()
    {
        (TestClient client, _) = await _here.JoinAsync();
        _cluster[1].IsSilent = true;
        Task<BroadcastAcks> asked = Space.WithTimeout(TimeSpan.FromSeconds(3)).EmitWithAckAsync("question").AsTask();
        Answer(client, "1");
        Assert.False(asked.IsCompleted);
        _here.Time.Pass(3.1);
        BroadcastAcks acks = await asked.Within();

        Assert.Equal("1 of 1, False, False", $"{acks.Responses.Count} of {acks.ExpectedCount}, {acks.IsComplete}, {acks.IsAudienceKnown}");
        Task<BroadcastAcks> local = Space.Local.EmitWithAckAsync("question").AsTask();
        Answer(client, "1");
        Assert.True((await local.Within()).IsComplete);
    }

    [Fact]
    public async Task Servers_are_told_and_answer_where_they_are_asked()
    {
        await Space.ServerSideEmitAsync("sum", 1, 2);
        await Patience.UntilAsync(() => _handled.Contains("1: 3"));
        EventArguments answer = Assert.Single(await Space.ServerSideEmitWithAckAsync("sum", 3, 4));
        Assert.Equal("7", Wire.Text(answer[0].Json));
        Assert.DoesNotContain(_handled, static handled => handled.StartsWith('0')); // not the own node
    }

    [Theory]
    [InlineData("nobody knows this", null)]
    [InlineData("fails", "Error ServerEventFailed: The server-side handler of fails in / failed. | on purpose")]
    public async Task A_server_that_cannot_answer_is_told_as_missing(string name, string? log)
    {
        ClusterTimeoutException missing = await Assert.ThrowsAsync<ClusterTimeoutException>(async () => await Space.ServerSideEmitWithAckAsync(name));
        Assert.Equal("timeout reached: only 0 responses received out of 1", missing.Message);
        Assert.Empty(missing.Responses);
        Assert.Equal(log is null ? [] : [log], _there.Logged.Where(static line => line.Contains("ServerEvent", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_single_node_asks_nobody()
    {
        await using TestServer alone = TestServer.Start(static builder => builder.AddNamespace("/"));
        string id = await JoinAsync(alone, "x");
        Assert.Empty(await alone.Server.Of("/").ServerSideEmitWithAckAsync("sum"));
        Assert.Equal([id, "x"], await alone.Server.Of("/").FetchRoomNamesAsync());
    }

    [Fact]
    public async Task A_backplane_can_watch_what_its_node_has()
    {
        await _here.JoinAsync("/dynamic-1");
        Assert.Equal(["/ ", "/dynamic-1 True"], _cluster[0].Changes); // nobody is attached when the first one comes
        await JoinAsync(_there, "x");
        Assert.Equal("True False False", $"{Sees("x")} {Sees("y")} {_cluster[1].Node.HasRoom(NamespacePath.Parse("/nowhere"), "x")}");

        bool Sees(string room) => _cluster[1].Node.HasRoom(NamespacePath.Root, room);
    }

    private static async Task<string> JoinAsync(TestServer server, params string[] rooms)
    {
        (_, string id) = await server.JoinAsync();
        await server.Server.Of("/").FindSocket(id)!.JoinAsync(rooms);
        return id;
    }

    private static void Answer(TestClient client, string json)
    {
        string line = client.Lines.Last(static line => line.Contains("question", StringComparison.Ordinal));
        client.Send($"43{line[2..line.IndexOf('[', StringComparison.Ordinal)]}[{json}]");
    }

    private TestServer Start(int index) => TestServer.Start(builder => builder
        .AddNamespace("/", space => space
            .OnServerEvent("sum", arguments =>
            {
                int sum = arguments.Sum(static argument => int.Parse(Wire.Text(argument.Json), System.Globalization.CultureInfo.InvariantCulture));
                _handled.Enqueue($"{index}: {sum}");
                return new ValueTask<object?>(sum);
            })
            .OnServerEvent("fails", static _ => throw new InvalidOperationException("on purpose")))
        .AddNamespace(static request => new ValueTask<bool>(request.Name.StartsWith("/dynamic", StringComparison.Ordinal)), static _ => { })
        .UseBackplane(_ => _cluster[index]));
}

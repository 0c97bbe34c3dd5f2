using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Contracts;
using Realtime.Contracts.Backplane;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Redis.SocketIO;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.SocketIO;

/// <summary>What two nodes of this library do by the protocols of Node while Redis is there, is away, and is back.</summary>
public sealed class OutageTests
{
    private const string Key = "sio";

    [Theory]
    [InlineData(SocketIORedisMode.Classic)]
    [InlineData(SocketIORedisMode.Sharded)]
    public async Task Without_Redis_events_stay_on_the_node_and_afterwards_all_is_as_before(SocketIORedisMode mode)
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Node here = await Node.StartAsync(redis, mode);
        await using Node there = await Node.StartAsync(redis, mode);
        await here.PublishAsync(Event("before"));
        await Bounded.UntilAsync(() => there.Names.SequenceEqual(["before"]), "the event arrived");
        Assert.Equal(2, await here.Backplane.CountNodesAsync(NamespacePath.Root, CancellationToken.None));

        await redis.KillAsync();
        await here.PublishAsync(Event("without"));
        Assert.Equal(["before", "without"], here.Names);
        Publication join = Event("join") with { Kind = PublicationKind.Join, Rooms = ["r"] };
        if (mode == SocketIORedisMode.Classic)
        {
            await Assert.ThrowsAsync<BackplaneUnavailableException>(async () => await here.PublishAsync(join)); // as on Node: not even here
            Assert.Equal(2, here.Names.Length);
        }
        else
        {
            await here.PublishAsync(join);
            Assert.Equal(3, here.Names.Length);
        }

        await redis.RestartAsync(keepData: false);
        await Bounded.UntilAsync(async () => await AreTwoAsync(here) && await AreTwoAsync(there), "both are back");
        if (mode == SocketIORedisMode.Classic)
        {
            // Events come by a subscription of their own, which may be open later than the one by which nodes are counted. Redis counts patterns, not who listens to them.
            await Bounded.UntilAsync(async () => (await redis.AskAsync("CLIENT", "LIST", "TYPE", "pubsub")).Split(" psub=1 ").Length == 1 + 2, "both hear events");
        }

        await here.PublishAsync(Event("after"));
        await Bounded.UntilAsync(() => there.Names.SequenceEqual(["before", "after"]), "the event arrived");
        await there.PublishAsync(join);
        await Bounded.UntilAsync(() => here.Names[^1] == "join" && there.Names[^1] == "join", "the join arrived");
    }

    [Fact]
    public async Task A_join_is_complete_when_Redis_has_brought_it_back_and_it_is_done_here()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Node here = await Node.StartAsync(redis, SocketIORedisMode.Classic);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        here.Receiver.Work = _ =>
        {
            begun.TrySetResult();
            return work.Task;
        };
        Task joining = here.PublishAsync(Event("") with { Kind = PublicationKind.Join, Rooms = ["r"] });
        await begun.Task.Within();
        await here.Backplane.CountNodesAsync(NamespacePath.Root, CancellationToken.None); // the answer to PUBLISH came before this one
        Assert.False(joining.IsCompleted);
        work.SetResult();
        await joining.Within();
    }

    [Fact]
    public async Task Sessions_end_on_all_servers_of_this_library()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        await using Node here = await Node.StartAsync(redis, SocketIORedisMode.Classic);
        await using Node there = await Node.StartAsync(redis, SocketIORedisMode.Classic);
        await here.PublishAsync(Event("") with { Kind = PublicationKind.Revoke, Revocation = Revocation.OfUser("ann") });
        await Bounded.UntilAsync(() => there.Receiver.Applied.Count == 1, "the revocation arrived");

        Assert.Equal("ann", there.Receiver.Applied[0].Revocation!.UserId);
        Assert.Single(here.Receiver.Applied);
    }

    private static async Task<bool> AreTwoAsync(Node node)
    {
        try
        {
            return await node.Backplane.CountNodesAsync(NamespacePath.Root, CancellationToken.None) == 2;
        }
        catch (Exception exception) when (exception is StackExchange.Redis.RedisException or TimeoutException)
        {
            return false;
        }
    }

    private static Publication Event(string name) => new()
    {
        Kind = PublicationKind.Event,
        Namespace = NamespacePath.Root,
        Audience = Audience.Everyone,
        Payload = new EventPayload(System.Text.Encoding.UTF8.GetBytes($"[\"{name}\"]"), []),
    };

    private sealed class Node : IAsyncDisposable, IClusterNode
    {
        private Node(RedisServer redis, SocketIORedisMode mode)
        {
            var options = new SocketIORedisAdapterOptions { Key = Key, Mode = mode, RequestsTimeout = Bounded.Limit };
            Backplane = new SocketIOBackplane(
                new EmptyServices(), SocketIORedisConnection.To("", redis.Address + RedisFixture.PatientCalls), options, TimeProvider.System, NullLogger.Instance);
            Backplane.Attach(this);
        }

        public SocketIOBackplane Backplane { get; }

        public RecordingReceiver Receiver { get; } = new();

        public string[] Names => [.. Receiver.Applied.Select(static applied => applied.Kind == PublicationKind.Join ? "join" : System.Text.Encoding.UTF8.GetString(applied.Payload.Data.Span)[2..^2])];

        public IEnumerable<NamespacePath> Namespaces => [NamespacePath.Root];

        public static async Task<Node> StartAsync(RedisServer redis, SocketIORedisMode mode)
        {
            var node = new Node(redis, mode);
            await node.Backplane.StartAsync(node.Receiver, CancellationToken.None);
            return node;
        }

        public async Task PublishAsync(Publication publication) => await Backplane.PublishAsync(publication, CancellationToken.None).AsTask().Within();

        public bool HasNamespace(NamespacePath path) => true;

        public bool HasRoom(NamespacePath path, string room) => true;

        public IReadOnlyCollection<string> ListRooms(NamespacePath path) => [];

        public IReadOnlyList<SocketDescription> DescribeSockets(NamespacePath path, Audience audience) => [];

        public void Ask(Publication publication, TimeSpan? timeout, IBroadcastAnswers answers) => answers.OnAsked(0);

        public ValueTask<EventArguments?> AnswerAsync(NamespacePath path, EventPayload payload) => default;

        public ValueTask DisposeAsync() => Backplane.DisposeAsync();
    }

    private sealed class EmptyServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }
}

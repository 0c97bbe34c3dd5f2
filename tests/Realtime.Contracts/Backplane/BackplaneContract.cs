using System.Globalization;
using System.Text;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Contracts.Backplane;

/// <summary>What <see cref="IBackplane"/> promises, on one node and on several.</summary>
public abstract class BackplaneContract
{
    private static readonly NamespacePath s_path = NamespacePath.Parse("/");

    /// <summary>How many nodes a cluster can have: 1 for a backplane that has no others.</summary>
    protected virtual int MaxNodes => 1;

    /// <summary>Whether it keeps logs of rooms that are opened, and numbers what is published there.</summary>
    protected virtual bool Numbers => true;

    /// <summary>Whether all that a node publishes arrives in its order, of whatever kind it is; otherwise each kind, to the same rooms, has an order of its own.</summary>
    protected virtual bool OrdersAcrossKinds => true;

    /// <summary>
    /// Whether the way between nodes, which a test has made so, loses, delays and doubles messages. What is numbered arrives all the same, once and in order, so all rooms are opened then. What has
    /// no number comes at most once, and a failure of the own node may be in the log only.
    /// </summary>
    protected virtual bool IsLossy => false;

    /// <summary>What a node gets of a publication: all of it, unless the protocol has no place for some.</summary>
    /// <param name="publication">What was published.</param>
    /// <param name="elsewhere">Whether it is another node than the one that published it.</param>
    protected virtual Publication AsHeard(Publication publication, bool elsewhere) => publication;

    /// <summary>Makes the backplanes of the nodes of one new cluster; nothing is started yet.</summary>
    protected abstract Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes);

    [Fact]
    public async Task A_publication_that_was_awaited_has_been_applied_on_its_own_node()
    {
        await using Cluster cluster = await StartAsync(1);
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Nodes[0].Receiver.Work = _ => work.Task;

        Task publishing = cluster.Nodes[0].PublishAsync(Event("a")).AsTask();

        Assert.False(publishing.IsCompleted, "It is complete although the own node is still busy with it.");
        Assert.Empty(cluster.Nodes[0].Receiver.Applied);
        work.SetResult();
        await publishing.Within();
        Assert.Equal(["a"], Names(cluster.Nodes[0]));
    }

    [Theory]
    [InlineData(PublicationKind.Event)]
    [InlineData(PublicationKind.Join)]
    [InlineData(PublicationKind.Leave)]
    [InlineData(PublicationKind.Disconnect)]
    [InlineData(PublicationKind.Revoke)]
    public async Task Whatever_is_published_arrives_as_it_was(PublicationKind kind)
    {
        await using Cluster cluster = await StartAsync(Math.Min(2, MaxNodes));
        Publication publication = Event("x", new Audience { Rooms = ["a", "b"], Except = ["c"], Sender = "s" }) with
        {
            Kind = kind,
            Rooms = ["r1", "r2"],
            IsVolatile = !IsLossy,
            Compress = false,
            CloseConnection = true,
            Revocation = Revocation.OfUser("ann"),
        };

        await cluster.Nodes[0].PublishAsync(publication);
        bool mayBeLost = IsLossy && !publication.CanBeNumbered;
        if (mayBeLost)
        {
            await cluster.Nodes[0].PublishAsync(Event("behind"));
        }

        foreach (Node node in cluster.Nodes)
        {
            await Bounded.UntilAsync(() => mayBeLost ? Names(node).Contains("behind") : node.Receiver.Applied.Count == 1, "the publication arrived");
            foreach (Publication heard in node.Receiver.Applied.Take(node.Receiver.Applied.Count - (mayBeLost ? 1 : 0)))
            {
                AssertSame(AsHeard(publication, elsewhere: node.Number > 0), heard);
            }
        }
    }

    [Fact]
    public async Task The_log_of_a_room_can_be_opened_where_publications_are_numbered_and_nowhere_else()
    {
        await using Cluster cluster = await StartAsync(1);
        IBackplane backplane = cluster.Nodes[0].Backplane;

        LogHead? head = await backplane.OpenLogAsync(s_path, "logged", Bounded.Token());
        PublishResult result = await cluster.Nodes[0].PublishAsync(Event("a", new Audience { Rooms = ["logged"] }));

        Assert.Equal(Numbers, head is not null);
        Assert.Equal(Numbers, result.IsNumbered);
        Assert.Equal(Numbers, await backplane.ReadAsync(s_path, "logged", head?.Position ?? new StreamPosition("none", 0), 10, Bounded.Token()) is { Entries.Count: 1 });
    }

    [Fact]
    public async Task Publications_of_one_node_to_a_room_arrive_everywhere_in_their_order()
    {
        const int count = 200;
        await using Cluster cluster = await StartAsync(Math.Min(3, MaxNodes));
        foreach (Node publisher in cluster.Nodes)
        {
            for (int i = 0; i < count; i++)
            {
                await publisher.PublishAsync(Event($"{publisher.Number}:{i.ToString(CultureInfo.InvariantCulture)}", new Audience { Rooms = ["room"] }));
            }
        }

        foreach (Node node in cluster.Nodes)
        {
            await Bounded.UntilAsync(() => node.Receiver.Applied.Count == count * cluster.Nodes.Count, "everything arrived");
            foreach (Node publisher in cluster.Nodes)
            {
                string prefix = $"{publisher.Number}:";
                Assert.Equal(Enumerable.Range(0, count).Select(i => $"{prefix}{i}"), Names(node).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)));
            }
        }
    }

    [Fact]
    public async Task A_local_audience_is_this_node_only()
    {
        await using Cluster cluster = await StartAsync(Math.Min(2, MaxNodes));

        await cluster.Nodes[0].PublishAsync(Event("local", new Audience { LocalOnly = true }));
        await cluster.Nodes[0].PublishAsync(Event("all"));

        Assert.Equal(["local", "all"], Names(cluster.Nodes[0]));
        foreach (Node other in cluster.Nodes.Skip(1))
        {
            await Bounded.UntilAsync(() => other.Receiver.Applied.Count > 0, "the other one arrived");
            Assert.Equal(["all"], Names(other));
        }
    }

    [Fact]
    public async Task A_server_event_reaches_every_node_but_its_own()
    {
        await using Cluster cluster = await StartAsync(Math.Min(2, MaxNodes));

        await cluster.Nodes[0].PublishAsync(Event("to servers") with { Kind = PublicationKind.ServerEvent });
        await cluster.Nodes[0].PublishAsync(Event("to clients"));

        Assert.Equal(["to clients"], Names(cluster.Nodes[0]));
        foreach (Node other in cluster.Nodes.Skip(1))
        {
            await Bounded.UntilAsync(() => Names(other).Contains("to clients") && (IsLossy || other.Receiver.Applied.Count == 2), "both arrived");
            string[] both = ["to servers", "to clients"];
            Assert.Equal(IsLossy ? both[^other.Receiver.Applied.Count..] : both, OrdersAcrossKinds ? Names(other) : Names(other).OrderDescending(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Many_threads_may_publish()
    {
        await using Cluster cluster = await StartAsync(1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                await cluster.Nodes[0].PublishAsync(Event($"{thread}:{i}"));
            }
        }))).Within();
        Assert.Equal(400, Names(cluster.Nodes[0]).Distinct().Count());
        Assert.Equal(400, cluster.Nodes[0].Receiver.Applied.Count);
    }

    [Fact]
    public async Task A_failure_of_the_own_node_is_told_and_later_publications_arrive()
    {
        await using Cluster cluster = await StartAsync(1);
        cluster.Nodes[0].Receiver.Work = static _ => throw new NotSupportedException("The node fails.");
        Task failing = cluster.Nodes[0].PublishAsync(Event("bad")).AsTask().Within();
        await (IsLossy ? Task.WhenAny(failing) : (Task)Assert.ThrowsAsync<NotSupportedException>(() => failing));

        cluster.Nodes[0].Receiver.Work = static _ => Task.CompletedTask;
        await cluster.Nodes[0].PublishAsync(Event("good"));

        Assert.Equal(["good"], Names(cluster.Nodes[0]));
    }

    [Fact]
    public async Task Nodes_are_counted_with_this_one()
    {
        for (int nodes = 1; nodes <= Math.Min(3, MaxNodes); nodes++)
        {
            await using Cluster cluster = await StartAsync(nodes);
            foreach (Node node in cluster.Nodes)
            {
                if (IsLossy)
                {
                    // Such nodes say so often that they live that a busy machine makes one late, which is not counted until then.
                    await Bounded.UntilAsync(async () => await CountAsync(node) == nodes, $"{nodes} nodes are counted");
                }
                else
                {
                    Assert.Equal(nodes, await CountAsync(node));
                }
            }
        }
    }

    private static Task<int> CountAsync(Node node) => node.Backplane.CountNodesAsync(s_path, Bounded.Token()).AsTask().Within();

    [Fact]
    public async Task A_room_whose_log_nobody_opened_has_none()
    {
        await using Cluster cluster = await StartAsync(1);
        Assert.Null(await cluster.Nodes[0].Backplane.ReadAsync(s_path, "unopened", new StreamPosition("none", 0), 10, CancellationToken.None));
    }

    [Fact]
    public async Task Nothing_can_be_published_before_the_start()
    {
        await using IBackplane backplane = (await CreateClusterAsync(1))[0];
        await Assert.ThrowsAsync<InvalidOperationException>(() => backplane.PublishAsync(Event("early"), Bounded.Token()).AsTask().Within());
    }

    [Fact]
    public async Task It_can_be_disposed_of_twice_and_without_a_start()
    {
        IBackplane backplane = (await CreateClusterAsync(1))[0];
        await backplane.DisposeAsync().AsTask().Within();
        await backplane.DisposeAsync().AsTask().Within();

        Cluster cluster = await StartAsync(1);
        await cluster.DisposeAsync().AsTask().Within();
        await cluster.DisposeAsync().AsTask().Within();
    }

    [Fact]
    public async Task A_node_that_left_gets_nothing_more_and_the_others_go_on()
    {
        if (MaxNodes < 2)
        {
            return;
        }

        await using Cluster cluster = await StartAsync(2);
        await cluster.Nodes[1].Backplane.DisposeAsync().AsTask().Within();

        await cluster.Nodes[0].PublishAsync(Event("after"));

        Assert.Equal(["after"], Names(cluster.Nodes[0]));
        Assert.Empty(Names(cluster.Nodes[1]));
    }

    private static Publication Event(string name, Audience? audience = null) => new()
    {
        Kind = PublicationKind.Event,
        Namespace = s_path,
        Audience = audience ?? Audience.Everyone,
        Payload = new EventPayload(Encoding.UTF8.GetBytes($"""["{name}",{"{"}"_placeholder":true,"num":0{"}"}]"""), [new byte[] { 1, 2, 3 }]),
    };

    private static string[] Names(Node node) => [.. node.Receiver.Applied.Select(static publication => Encoding.UTF8.GetString(publication.Payload.Data.Span).Split('"')[1])];

    private static void AssertSame(Publication expected, Publication actual)
    {
        Assert.Equal(expected.Kind, actual.Kind);
        Assert.Equal(expected.Namespace.ToString(), actual.Namespace.ToString());
        Assert.Equal(expected.Audience.Rooms, actual.Audience.Rooms);
        Assert.Equal(expected.Audience.Except, actual.Audience.Except);
        Assert.Equal(expected.Audience.Sender, actual.Audience.Sender);
        Assert.Equal(expected.Rooms, actual.Rooms);
        Assert.Equal(expected.IsVolatile, actual.IsVolatile);
        Assert.Equal(expected.Compress, actual.Compress);
        Assert.Equal(expected.CloseConnection, actual.CloseConnection);
        Assert.Equal(expected.Revocation, actual.Revocation);
        Assert.Equal(expected.Payload.Data.ToArray(), actual.Payload.Data.ToArray());
        Assert.Equal(BytesOf(expected), BytesOf(actual));
    }

    private static IEnumerable<byte[]> BytesOf(Publication publication) => (publication.Payload.Attachments ?? []).Select(static bytes => bytes.ToArray());

    private async Task<Cluster> StartAsync(int nodes)
    {
        IReadOnlyList<IBackplane> backplanes = await CreateClusterAsync(nodes);
        Node[] started = [.. backplanes.Select(static (backplane, number) => new Node(number, backplane, new RecordingReceiver()))];
        foreach (Node node in started)
        {
            await node.Backplane.StartAsync(node.Receiver, Bounded.Token()).AsTask().Within();
            foreach (string room in (string[])["", "a", "b", "room"])
            {
                await node.Backplane.EnterAsync(s_path, room, Bounded.Token()).AsTask().Within();
                if (IsLossy)
                {
                    await node.Backplane.OpenLogAsync(s_path, room, Bounded.Token()).AsTask().Within();
                }
            }
        }

        return new Cluster(started);
    }

    private sealed record Node(int Number, IBackplane Backplane, RecordingReceiver Receiver)
    {
        internal ValueTask<PublishResult> PublishAsync(Publication publication) => Backplane.PublishAsync(publication, Bounded.Token());
    }

    private sealed record Cluster(IReadOnlyList<Node> Nodes) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (Node node in Nodes)
            {
                await node.Backplane.DisposeAsync().AsTask().Within();
            }
        }
    }
}

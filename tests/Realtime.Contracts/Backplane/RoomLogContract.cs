using System.Text;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Contracts.Backplane;

/// <summary>What <see cref="IBackplane"/> promises of rooms that keep logs, on one node and on several.</summary>
public abstract class RoomLogContract
{
    private static readonly NamespacePath s_path = NamespacePath.Parse("/chat");

    /// <summary>How many nodes a cluster has.</summary>
    protected virtual int Nodes => 1;

    /// <summary>Makes the backplanes of the nodes of one new cluster; nothing is started yet.</summary>
    protected abstract Task<IReadOnlyList<IBackplane>> CreateClusterAsync(int nodes);

    [Fact]
    public async Task A_room_that_was_opened_numbers_what_is_published_there_the_same_on_every_node()
    {
        await using Cluster cluster = await StartAsync();
        await cluster.OpenAsync("room");
        var offsets = new List<long>();
        foreach (int i in Enumerable.Range(0, 30))
        {
            offsets.Add(Assert.Single((await cluster[i].PublishAsync(Event($"e{i}", "room"), Bounded.Token())).Offsets).Offset);
        }

        Assert.Equal(Enumerable.Range(1, 30).Select(static number => (long)number), offsets);
        foreach (RecordingReceiver receiver in cluster.Receivers)
        {
            await Bounded.UntilAsync(() => receiver.PlacedInOrder.Count == 30, "everything was placed");
            Assert.Equal(offsets, receiver.PlacedInOrder.Select(static placed => placed.Result.Offsets[0].Offset));
            Assert.Equal(Enumerable.Range(0, 30).Select(static i => $"e{i}"), receiver.PlacedInOrder.Select(static placed => NameOf(placed.Publication)));
        }
    }

    [Fact]
    public async Task What_was_published_is_read_from_every_node_up_to_what_was_placed_there()
    {
        await using Cluster cluster = await StartAsync();
        LogHead begin = await cluster.OpenAsync("room");
        for (int i = 0; i < 5; i++)
        {
            await cluster[0].PublishAsync(Event($"e{i}", "room"), Bounded.Token());
        }

        for (int node = 0; node < Nodes; node++)
        {
            RecordingReceiver receiver = cluster.Receivers[node];
            await Bounded.UntilAsync(() => receiver.PlacedInOrder.Count == 5, "everything was placed");
            LogPage? first = await cluster[node].ReadAsync(s_path, "room", begin.Position, 3, Bounded.Token());
            LogPage? rest = await cluster[node].ReadAsync(s_path, "room", begin.Position with { Offset = 3 }, 10, Bounded.Token());
            LogPage? end = await cluster[node].ReadAsync(s_path, "room", begin.Position with { Offset = 5 }, 10, Bounded.Token());

            Assert.Equal(["e0", "e1", "e2"], first!.Entries.Select(static entry => NameOf(entry.Publication)));
            Assert.Equal(["e3", "e4"], rest!.Entries.Select(static entry => NameOf(entry.Publication)));
            Assert.Empty(end!.Entries);
            Assert.Equal(begin.Position with { Offset = 5 }, end.Head);
            Assert.Equal((0, 0), (first.LostThrough, rest.LostThrough));
        }
    }

    [Fact]
    public async Task A_publication_to_several_rooms_has_one_order_and_a_place_in_each_that_keeps_a_log()
    {
        await using Cluster cluster = await StartAsync();
        await cluster.OpenAsync("b");
        await cluster.OpenAsync("a");
        await cluster[0].PublishAsync(Event("only b", "b"), Bounded.Token());

        PublishResult result = await cluster[0].PublishAsync(Event("both", "b", "a", "without", "a"), Bounded.Token());

        Assert.Equal([("a", 1), ("b", 2)], result.Offsets.Select(static place => (place.Room, (int)place.Offset)));
        foreach (RecordingReceiver receiver in cluster.Receivers)
        {
            await Bounded.UntilAsync(() => receiver.PlacedInOrder.Count == 2, "both were placed, each once");
            Assert.Equal(result.Order, receiver.PlacedInOrder[1].Result.Order);
            Assert.True(receiver.PlacedInOrder[0].Result.Order < result.Order);
        }
    }

    [Fact]
    public async Task Volatile_events_and_rooms_without_a_log_have_no_number()
    {
        await using Cluster cluster = await StartAsync();
        await cluster.OpenAsync("room");

        Assert.False((await cluster[0].PublishAsync(Event("volatile", "room") with { IsVolatile = true }, Bounded.Token())).IsNumbered);
        Assert.False((await cluster[0].PublishAsync(Event("elsewhere", "other"), Bounded.Token())).IsNumbered);
        Assert.Equal(1, Assert.Single((await cluster[0].PublishAsync(Event("numbered", "room"), Bounded.Token())).Offsets).Offset);
    }

    [Fact]
    public async Task Joins_stand_in_the_log_of_the_namespace_with_where_the_joined_rooms_stood()
    {
        await using Cluster cluster = await StartAsync();
        await cluster.OpenAsync("a");
        await cluster[0].PublishAsync(Event("one", "a"), Bounded.Token());
        Publication join = Event("", "a") with { Kind = PublicationKind.Join, Rooms = ["a", "new"] };

        PublishResult result = await cluster[0].PublishAsync(join, Bounded.Token());

        Assert.Equal(Publication.ControlLog, Assert.Single(result.Offsets).Room);
        Assert.Equal([("a", 1), ("new", 0)], result.Joined.Select(static place => (place.Room, (int)place.Offset)));
        Assert.Equal(result.Joined[1].Stream, (await cluster[0].OpenLogAsync(s_path, "new", Bounded.Token()))!.Position.Stream);
    }

    [Fact]
    public async Task A_log_keeps_what_the_limits_say_and_tells_what_it_has_lost()
    {
        await using Cluster cluster = await StartAsync();
        LogHead begin = await cluster.OpenAsync("room");
        for (int i = 1; i <= Limits.MaxEntries + 3; i++)
        {
            await cluster[0].PublishAsync(Event($"e{i}", "room"), Bounded.Token());
        }

        LogPage? page = await cluster[0].ReadAsync(s_path, "room", begin.Position with { Offset = 1 }, 10_000, Bounded.Token());

        Assert.Equal(3, page!.LostThrough);
        Assert.Equal(Limits.MaxEntries, page.Entries.Count);
        Assert.Equal(4, page.Entries[0].Offset);
    }

    [Fact]
    public async Task Whoever_opens_a_log_is_told_where_it_stands_and_nothing_before_is_placed_behind_it()
    {
        await using Cluster cluster = await StartAsync();
        await cluster[0].OpenLogAsync(s_path, "room", Bounded.Token());
        for (int round = 1; round <= 20; round++)
        {
            await cluster[0].PublishAsync(Event($"e{round}", "room"), Bounded.Token());
            IBackplane other = cluster[^1];
            LogHead head = (await other.OpenLogAsync(s_path, "room", Bounded.Token()))!;
            Assert.Equal(round, head.Position.Offset);
            await other.CloseLogAsync(s_path, "room", Bounded.Token());
        }
    }

    [Fact]
    public async Task The_same_id_is_appended_once_where_the_backplane_says_so()
    {
        await using Cluster cluster = await StartAsync();
        if (!cluster[0].AppendsOnce)
        {
            return;
        }

        await cluster.OpenAsync("room");
        PublishResult first = await cluster[0].PublishAsync(Event("once", "room") with { Id = "s:1:1" }, Bounded.Token());
        PublishResult again = await cluster[^1].PublishAsync(Event("once", "room") with { Id = "s:1:1" }, Bounded.Token());
        await cluster[0].PublishAsync(Event("next", "room") with { Id = "s:1:2" }, Bounded.Token());

        Assert.Equal(first.Offsets, again.Offsets);
        Assert.Equal(first.Order, again.Order);
        foreach (RecordingReceiver receiver in cluster.Receivers)
        {
            await Bounded.UntilAsync(() => receiver.PlacedInOrder.Count == 2, "both were placed, each once");
            Assert.Equal(["once", "next"], receiver.PlacedInOrder.Select(static placed => NameOf(placed.Publication)));
        }
    }

    [Fact]
    public async Task Many_that_publish_at_once_from_every_node_share_one_order()
    {
        const int count = 100;
        await using Cluster cluster = await StartAsync();
        await cluster.OpenAsync("a");
        await cluster.OpenAsync("b");
        await Task.WhenAll(Enumerable.Range(0, Nodes * 4).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
            {
                await cluster[writer % Nodes].PublishAsync((i % 3) switch { 0 => Event($"{writer}.{i}", "a"), 1 => Event($"{writer}.{i}", "b"), _ => Event($"{writer}.{i}", "a", "b") }, Bounded.Token());
            }
        }))).Within();

        foreach (RecordingReceiver receiver in cluster.Receivers)
        {
            await Bounded.UntilAsync(() => receiver.PlacedInOrder.Count == Nodes * 4 * count, "everything was placed");
            IReadOnlyList<(Publication Publication, PublishResult Result)> placed = receiver.PlacedInOrder;
            foreach (string room in (string[])["a", "b"])
            {
                long[] offsets = [.. placed.SelectMany(static entry => entry.Result.Offsets).Where(place => place.Room == room).Select(static place => place.Offset)];
                Assert.Equal(Enumerable.Range(1, offsets.Length).Select(static number => (long)number), offsets);
            }

            Assert.Equal(placed.Select(static entry => entry.Result.Order).Order(), placed.Select(static entry => entry.Result.Order));
            Assert.Equal(cluster.Receivers[0].PlacedInOrder.Select(static entry => NameOf(entry.Publication)), placed.Select(static entry => NameOf(entry.Publication)));
        }
    }

    /// <summary>What the logs of a cluster keep.</summary>
    protected static RetentionLimits Limits { get; } = new() { MaxEntries = 1300 };

    private static Publication Event(string name, params string[] rooms) => new()
    {
        Kind = PublicationKind.Event,
        Namespace = s_path,
        Audience = new Audience { Rooms = rooms },
        Payload = new EventPayload(Encoding.UTF8.GetBytes($"""["{name}"]"""), []),
    };

    private static string NameOf(Publication publication) => Encoding.UTF8.GetString(publication.Payload.Data.Span)[2..^2];

    private async Task<Cluster> StartAsync()
    {
        IReadOnlyList<IBackplane> backplanes = await CreateClusterAsync(Nodes);
        var receivers = new List<RecordingReceiver>();
        foreach (IBackplane backplane in backplanes)
        {
            receivers.Add(new RecordingReceiver());
            await backplane.StartAsync(receivers[^1], Bounded.Token()).AsTask().Within();
        }

        return new Cluster(backplanes, receivers);
    }

    private sealed record Cluster(IReadOnlyList<IBackplane> Backplanes, IReadOnlyList<RecordingReceiver> Receivers) : IAsyncDisposable
    {
        internal int Count => Backplanes.Count;

        internal IBackplane this[int node] => Backplanes[node % Backplanes.Count];

        internal async Task<LogHead> OpenAsync(string room)
        {
            LogHead? head = null;
            foreach (IBackplane backplane in Backplanes)
            {
                head = await backplane.OpenLogAsync(s_path, room, Bounded.Token()).AsTask().Within();
            }

            return head!;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (IBackplane backplane in Backplanes)
            {
                await backplane.DisposeAsync().AsTask().Within();
            }
        }
    }
}

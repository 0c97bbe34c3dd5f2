using System.Net;
using System.Text;
using Realtime.Contracts;
using Realtime.Contracts.Backplane;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Faults;
using Realtime.Redis.Backplane;
using Realtime.Redis.Tests.Backplane;
using Realtime.Redis.Tests.Faults;
using Realtime.RedisServers;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>Attacks on the backplane alone, on a real Redis: B1, B5, B6, B14, B18 and B19.</summary>
public sealed class BackplaneAttackTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private static readonly NamespacePath s_path = NamespacePath.Parse("/chat");
    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);

    private readonly RecordingReceiver _receiver = new();
    private readonly RedisBackplaneOptions _options = new() { KeyPrefix = redis.NextPrefix(), CheckInterval = s_never };

    [Fact]
    public async Task B1_a_failover_to_another_server_and_back_begins_a_new_stream_each_time_and_loses_nothing_that_is_kept()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisBackplane node = await StartAsync(server.Address + RedisFixture.PatientCalls);
        StreamPosition begin = (await node.OpenLogAsync(s_path, "room", Bounded.Token()))!.Position;
        List<string> streams = [begin.Stream];
        for (int round = 1; round <= 3; round++)
        {
            StreamOffset place = await PublishAsync(node, $"e{round}");
            streams.Add(place.Stream);
            await server.AskAsync("REPLICAOF", "127.0.0.1", "1");
            await server.AskAsync("REPLICAOF", "NO", "ONE"); // it is the primary again, under another replication id
        }

        Assert.Equal(3, streams.Distinct().Count());
        StreamPosition at = begin;
        List<string> read = [];
        for (int pages = 0; pages < 10; pages++)
        {
            LogPage page = (await node.ReadAsync(s_path, "room", at, 10, Bounded.Token()))!;
            Assert.Equal(0, page.LostThrough);
            read.AddRange(page.Entries.Select(static entry => NameOf(entry.Publication)));
            at = page.Entries.Count > 0 ? at with { Offset = page.Entries[^1].Offset } : page.Ended is { } ended ? new StreamPosition(ended.Next, 0) : at;
        }

        Assert.Equal(["e1", "e2", "e3"], read);
    }

    [Fact]
    public async Task B5_the_last_message_of_a_quiet_room_that_was_lost_on_its_way_is_found()
    {
        var faults = new ChannelFaults(seed: 1, part: 0);
        await using var channel = new FaultyChannel(redis.Server.Port, faults);
        _options.CheckInterval = TimeSpan.FromMilliseconds(100);
        await using RedisBackplane node = await StartAsync(channel.Configuration);
        await using RedisBackplane other = await StartAsync(redis.Configuration, new RecordingReceiver());
        await node.OpenLogAsync(s_path, "room", Bounded.Token());
        faults.LoseNext(1);

        await PublishAsync(other, "last");

        await Bounded.UntilAsync(() => Placed.SequenceEqual(["last"]), "it was found");
        await Bounded.UntilAsync(() => faults.Count(Fate.Lost) == 1, "it was lost"); // by then, or later: the log may be read before the channel brings it
    }

    [Fact]
    public async Task B5_a_subscription_that_was_killed_in_a_quiet_room_loses_nothing()
    {
        _options.FillTimeout = TimeSpan.FromMilliseconds(200);
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisBackplane node = await StartAsync(server.Address + RedisFixture.PatientCalls);
        await using RedisBackplane other = await StartAsync(server.Address + RedisFixture.PatientCalls, new RecordingReceiver());
        await node.OpenLogAsync(s_path, "room", Bounded.Token());
        for (int i = 0; i < 10; i++)
        {
            await server.AskAsync("CLIENT", "KILL", "TYPE", "pubsub"); // what comes right behind it nobody hears
            await PublishAsync(other, $"e{i}");
            await Bounded.UntilAsync(() => Placed.Length == i + 1, "it was found");
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(static i => $"e{i}"), Placed);
    }

    [Fact]
    public async Task B5_what_is_published_before_a_killed_subscription_is_open_again_is_found()
    {
        _options.FillTimeout = TimeSpan.FromMilliseconds(50);
        await using RedisServer server = await RedisServer.StartAsync();
        var faults = new ChannelFaults(seed: 1, part: 0);
        await using var channel = new FaultyChannel(server.Port, faults);
        await using RedisBackplane node = await StartAsync(channel.Configuration);
        await using RedisBackplane other = await StartAsync(server.Address + RedisFixture.PatientCalls, new RecordingReceiver());
        await node.OpenLogAsync(s_path, "room", Bounded.Token());
        faults.LoseNext(int.MaxValue); // as if it was not open yet
        await server.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await Bounded.UntilAsync(() => faults.Count(Fate.Lost) >= 5, "the node asked again and again for something that it would hear");

        await PublishAsync(other, "quiet");
        faults.LoseNext(0);

        await Bounded.UntilAsync(() => Placed.SequenceEqual(["quiet"]), "it was found");
    }

    [Fact]
    public async Task B6_a_log_that_is_opened_while_others_publish_has_no_hole_behind_its_head()
    {
        await using RedisBackplane other = await StartAsync(redis.Configuration, new RecordingReceiver());
        await other.OpenLogAsync(s_path, "room", Bounded.Token());
        using var enough = new CancellationTokenSource();
        Task publishing = Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await PublishAsync(other, "e");
            }
        });
        for (int round = 0; round < 20; round++)
        {
            var receiver = new RecordingReceiver();
            await using RedisBackplane node = await StartAsync(redis.Configuration, receiver);
            LogHead head = (await node.OpenLogAsync(s_path, "room", Bounded.Token()))!;
            await Bounded.UntilAsync(() => OffsetsOf(receiver).Any(offset => offset >= head.Position.Offset + 5), "five more were placed");

            long[] behind = [.. OffsetsOf(receiver).Where(offset => offset > head.Position.Offset)];
            Assert.Equal(Enumerable.Range(1, behind.Length).Select(i => head.Position.Offset + i), behind);
        }

        await enough.CancelAsync();
        await publishing;
    }

    [Fact]
    public async Task B14_a_publication_whose_answer_is_lost_is_made_again_and_is_there_once()
    {
        await using FaultProxy way = FaultProxy.Start(new IPEndPoint(IPAddress.Loopback, redis.Server.Port), new Random(1));
        await using RedisBackplane node = await StartAsync(way.EndPoint + RedisFixture.PatientCalls);
        StreamPosition begin = (await node.OpenLogAsync(s_path, "room", Bounded.Token()))!.Position;
        await PublishAsync(node, "before");
        RedisKey log = $"{_options.KeyPrefix}:{{/chat}}:l:room:{begin.Stream}";
        way.ApplyToAll(Fault.HalfOpen(Directions.ToClient));

        Task<StreamOffset>[] publishing = [PublishAsync(node, "one"), PublishAsync(node, "two")];
        await Bounded.UntilAsync(async () => await redis.Connection.GetDatabase().StreamLengthAsync(log) >= 2, "Redis has taken the first");
        way.CutHalfOpen(TimeSpan.Zero);

        Assert.Equal([2, 3], (await Task.WhenAll(publishing).Within()).Select(static place => place.Offset));
        Assert.Equal(3, await redis.Connection.GetDatabase().StreamLengthAsync(log));
        Assert.Equal(["before", "one", "two"], Placed);
    }

    [Fact]
    public async Task B18_a_quiet_room_keeps_its_stream_while_a_node_has_members_there()
    {
        _options.CheckInterval = TimeSpan.FromMilliseconds(50);
        await using RedisBackplane node = await StartAsync(redis.Configuration);
        StreamPosition begin = (await node.OpenLogAsync(s_path, "room", Bounded.Token()))!.Position;
        IDatabase database = redis.Connection.GetDatabase();
        foreach (string key in (string[])["m:room", "i:room", "s", "q"])
        {
            RedisKey name = $"{_options.KeyPrefix}:{{/chat}}:{key}";
            Assert.True(await database.KeyExpireAsync(name, TimeSpan.FromSeconds(20)), key);
            await Bounded.UntilAsync(async () => await database.KeyTimeToLiveAsync(name) > TimeSpan.FromSeconds(30), $"the life of {key} was prolonged");
        }

        Assert.Equal(begin.Stream, (await PublishAsync(node, "later")).Stream);
    }

    [Fact]
    public void B19_by_default_a_log_keeps_what_was_sent_since_the_connection_died_unnoticed()
    {
        var options = new Core.Hosting.RealtimeOptions();

        Assert.True(options.Recovery.Retention.MaxAge >= options.Recovery.Sessions.Window + (2 * (options.Heartbeat.Interval + options.Heartbeat.Timeout)));
        Assert.Equal(10_000, options.Recovery.Retention.MaxEntries);
    }

    [Fact]
    public async Task B16_what_cannot_be_read_or_applied_when_a_hole_is_filled_holds_nothing_else_up()
    {
        var faults = new ChannelFaults(seed: 1, part: 0);
        await using var channel = new FaultyChannel(redis.Server.Port, faults);
        await using RedisBackplane node = await StartAsync(channel.Configuration);
        await using RedisBackplane other = await StartAsync(redis.Configuration, new RecordingReceiver());
        StreamPosition begin = (await node.OpenLogAsync(s_path, "room", Bounded.Token()))!.Position;
        _receiver.Work = static publication => NameOf(publication) == "bad" ? throw new NotSupportedException("The node fails.") : Task.CompletedTask;
        faults.LoseNext(2);
        await PublishAsync(other, "bad");
        await PublishAsync(other, "good");
        await PublishAsync(other, "shows the hole");

        await Bounded.UntilAsync(() => _receiver.Applied.Select(NameOf).SequenceEqual(["good", "shows the hole"]), "the others were applied");
        Assert.Equal(begin.Stream, (await PublishAsync(node, "still there").Within()).Stream);
    }

    private string[] Placed => [.. _receiver.PlacedInOrder.Select(static placed => NameOf(placed.Publication))];

    private static IEnumerable<long> OffsetsOf(RecordingReceiver receiver) => receiver.PlacedInOrder.Select(static placed => placed.Result.Offsets[0].Offset);

    private static string NameOf(Publication publication) => Encoding.UTF8.GetString(publication.Payload.Data.Span)[2..^2];

    private static async Task<StreamOffset> PublishAsync(RedisBackplane node, string name) => Assert.Single((await node.PublishAsync(
        new Publication
        {
            Kind = PublicationKind.Event,
            Namespace = s_path,
            Audience = new Audience { Rooms = ["room"] },
            Payload = new EventPayload(Encoding.UTF8.GetBytes($"[\"{name}\"]"), []),
        },
        Bounded.Token())).Offsets);

    private async Task<RedisBackplane> StartAsync(string configuration, RecordingReceiver? receiver = null)
    {
        RedisBackplane node = RedisNodes.Create(configuration, _options);
        await node.StartAsync(receiver ?? _receiver, Bounded.Token());
        return node;
    }
}

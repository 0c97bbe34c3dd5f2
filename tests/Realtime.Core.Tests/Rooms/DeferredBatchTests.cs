using System.Globalization;
using System.Threading.Channels;
using Realtime.Core.Connections;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;
using Realtime.Core.Tests.Connections;

namespace Realtime.Core.Tests.Rooms;

/// <summary>What a backplane has placed in a room of many, told to its publisher, and sends later.</summary>
public sealed class DeferredBatchTests : IDisposable
{
    private const int Many = (3 * MemberList.ChunkSize) + 10; // four chunks

    private readonly TestRooms _rooms = new();
    private readonly TestRooms.Member[] _members;

    public DeferredBatchTests() => _members = [.. Enumerable.Range(0, Many).Select(i => _rooms.Add($"{i}", i % 2 == 0 ? ["room", "half"] : ["room"]))];

    public void Dispose() => _rooms.Dispose();

    [Fact]
    public void What_comes_to_the_room_meanwhile_is_sent_with_it_once_and_in_order()
    {
        DeferredBatch first = Defer("room", "a", "b");
        DeferredBatch second = Defer("room", "c");
        Assert.All(_members, static member => Assert.Empty(member.Got));

        first.Dispose();
        Assert.All(_members, static member => Assert.Equal(["a", "b", "c"], member.Got));
        second.Dispose();
        Assert.All(_members, static member => Assert.Equal(["a", "b", "c"], member.Got));
    }

    [Fact]
    public void What_is_sent_to_one_member_directly_goes_behind_it()
    {
        DeferredBatch deferred = Defer("room", "a");

        _members[5].SendDirect("direct");
        Assert.Equal(["a", "direct"], _members[5].Got);
        Assert.Empty(_members[6].Got);
        deferred.Dispose();

        Assert.Equal(["a", "direct"], _members[5].Got);
        Assert.Equal(["a"], _members[6].Got);
    }

    [Fact]
    public void What_goes_to_a_private_room_goes_behind_it()
    {
        using DeferredBatch deferred = Defer("room", "a");

        _rooms.Publish("7", "private");

        Assert.Equal(["a", "private"], _members[7].Got);
    }

    [Fact]
    public void Who_leaves_gets_it_and_who_comes_does_not()
    {
        DeferredBatch deferred = Defer("room", "a");
        TestRooms.Member late = _rooms.Add("late", "room");
        _rooms.Index.Leave(_members[0].Recipient, "room");
        deferred.Dispose();

        Assert.Empty(late.Got);
        Assert.Equal(["a"], _members[0].Got);
    }

    [Fact]
    public void What_is_sent_to_another_room_goes_behind_it()
    {
        DeferredBatch deferred = Defer("room", "a");
        Assert.Null(TryDefer("half", "b"));
        deferred.Dispose();

        Assert.All(_members, static (member, i) => Assert.Equal(i % 2 == 0 ? ["a", "b"] : (string[])["a"], member.Got));
        Defer("half", "c").Dispose(); // nothing is deferred any more
        Assert.Equal(["a", "b", "c"], _members[0].Got);
    }

    [Fact]
    public void What_is_sent_to_another_room_outside_of_a_batch_goes_behind_it()
    {
        using DeferredBatch deferred = Defer("room", "a");

        _rooms.Publish("half", "b");

        Assert.Equal(["a", "b"], _members[0].Got);
    }

    [Fact]
    public Task What_is_sent_directly_to_somebody_who_has_left_goes_behind_a_pass_that_still_owes_it_to_him() => OwesAsync(_members[^1], recipient => _rooms.Index.Remove(recipient));

    [Fact]
    public Task What_is_sent_directly_to_somebody_who_was_taken_out_to_read_the_log_does_too()
    {
        TestClient client = _rooms.Engine.Connect();
        var recipient = new SequencedRecipient("recovers", client.Connection, JsonPacketCodec.Instance, client, "/"u8.ToArray(), new MembershipHistory()) { Session = client };
        _rooms.Index.Prepare(recipient);
        _rooms.Index.Add(recipient);
        Assert.True(_rooms.Index.TryAttach(_rooms.Index.Link(recipient, "room")!, new StreamPosition("stream", 1)));

        return OwesAsync(new TestRooms.Member(client, recipient), _ =>
        {
            Assert.True(_rooms.Index.TryFindRoom("room", out Room? room));
            Assert.Single(room.Interrupt(new StreamPosition("stream", 5)).Members);
        });
    }

    // The member stands in the last part of the room, and leaves it while the first one is sent to.
    private async Task OwesAsync(TestRooms.Member member, Action<Recipient> leave)
    {
        using PausedPass pass = await PausedPass.StartAsync(_members[0], Defer("room", "a"));
        leave(member.Recipient);

        member.SendDirect("direct");

        Assert.Equal(["a", "direct"], member.Got);
        await pass.GoOnAsync();
        Assert.Equal(["a", "direct"], member.Got);
    }

    [Fact]
    public void A_room_that_is_sent_to_in_a_moment_is_not_deferred()
    {
        TestRooms.Member member = _rooms.Add("one", "small");

        Assert.Null(TryDefer("small", "a"));
        Assert.Equal(["a"], member.Got);
    }

    [Fact]
    public async Task What_is_sent_directly_waits_for_no_more_than_its_part_of_a_pass_that_is_on_its_way()
    {
        using PausedPass pass = await PausedPass.StartAsync(_members[MemberList.ChunkSize], Defer("room", "a"));
        DeferredBatch second = Defer("room", "b");

        _members[0].SendDirect("direct"); // its part was sent
        _members[^1].SendDirect("direct"); // its part was not
        Assert.False(pass.HasEnded);
        Assert.Equal(["a", "b", "direct"], _members[0].Got);
        Assert.Equal(["a", "b", "direct"], _members[^1].Got);

        await pass.GoOnAsync();
        second.Dispose();
        Assert.All(_members[1..^1], static member => Assert.Equal(["a", "b"], member.Got));
        Assert.Equal(["a", "b", "direct"], _members[0].Got);
        Assert.Equal(["a", "b", "direct"], _members[^1].Got);
    }

    [Fact]
    public void A_room_that_became_a_large_one_meanwhile_is_served_before_the_batch_has_ended()
    {
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = MemberList.ChunkSize + 1, MaxParallelBatches = 1 });
        TestRooms.Member[] members = [.. Enumerable.Range(0, MemberList.ChunkSize + 1).Select(i => rooms.Add($"{i}", "room"))];
        DeferredBatch deferred = Assert.IsType<DeferredBatch>(TryDefer(rooms, "room", "a"));
        rooms.Add("one more", "room");
        deferred.Dispose();

        Assert.All(members, static member => Assert.Equal(["a"], member.Got));
    }

    [Fact]
    public async Task Beside_whoever_sends_directly_joins_and_leaves_everybody_sees_one_order()
    {
        const int count = 600;
        var batches = Channel.CreateBounded<IDisposable>(8);
        var placed = Channel.CreateUnbounded<int>();
        TestRooms.Member guest = _rooms.Add("guest");
        Task sending = Task.Run(async () =>
        {
            await foreach (IDisposable batch in batches.Reader.ReadAllAsync())
            {
                batch.Dispose();
            }
        });
        Task answering = Task.Run(async () =>
        {
            await foreach (int i in placed.Reader.ReadAllAsync())
            {
                _members[i % Many].SendDirect($"direct {i}");
            }
        });
        Task visiting = Task.Run(() =>
        {
            for (int i = 0; i < count; i++)
            {
                _rooms.Index.Join(guest.Recipient, "room");
                _rooms.Index.Leave(guest.Recipient, "room");
            }
        });
        for (int i = 0; i < count; i++)
        {
            IDisposable? deferred = TryDefer("room", i.ToString(CultureInfo.InvariantCulture));
            if (deferred is not null)
            {
                await batches.Writer.WriteAsync(deferred);
            }

            placed.Writer.TryWrite(i);
        }

        batches.Writer.Complete();
        placed.Writer.Complete();
        await Task.WhenAll(sending, answering, visiting).Within();

        string[] order = [.. Enumerable.Range(0, count).Select(static i => i.ToString(CultureInfo.InvariantCulture))];
        for (int i = 0; i < Many; i++)
        {
            List<string> got = [.. _members[i].Got];
            if (i < count)
            {
                Assert.True(got.IndexOf($"direct {i}") > got.IndexOf($"{i}"), $"{i} came behind what was sent after it");
            }

            Assert.Equal(order, got.Where(static text => !text.StartsWith("direct", StringComparison.Ordinal)));
        }

        Assert.Equal(guest.Got.Order(Comparer<string>.Create(static (a, b) => int.Parse(a, CultureInfo.InvariantCulture) - int.Parse(b, CultureInfo.InvariantCulture))), guest.Got);
        Assert.Equal(guest.Got.Length, guest.Got.Distinct().Count());
    }

    private DeferredBatch Defer(string room, params string[] texts) => Assert.IsType<DeferredBatch>(TryDefer(_rooms, room, texts));

    private IDisposable? TryDefer(string room, params string[] texts) => TryDefer(_rooms, room, texts);

    private static IDisposable? TryDefer(TestRooms rooms, string room, params string[] texts)
    {
        FlushScope scope = FlushScope.Enter();
        try
        {
            Array.ForEach(texts, text => rooms.Publish(room, text));
            return scope.TryDefer();
        }
        finally
        {
            scope.Exit();
        }
    }

    /// <summary>The sending of a batch that stands still when it has come to one member.</summary>
    private sealed class PausedPass : IDisposable
    {
        private readonly SemaphoreSlim _inside = new(0);
        private readonly SemaphoreSlim _goOn = new(0);
        private readonly TestRooms.Member _at;
        private readonly Task _sending;

        private PausedPass(TestRooms.Member at, DeferredBatch batch)
        {
            _at = at;
            at.Client.Reacts = _ =>
            {
                _inside.Release();
                _goOn.Wait(Patience.Limit);
            };
            _sending = Task.Run(batch.Dispose);
        }

        internal bool HasEnded => _sending.IsCompleted;

        internal static async Task<PausedPass> StartAsync(TestRooms.Member at, DeferredBatch batch)
        {
            var pass = new PausedPass(at, batch);
            await pass._inside.WaitAsync().Within();
            return pass;
        }

        internal Task GoOnAsync()
        {
            _at.Client.Reacts = null;
            _goOn.Release();
            return _sending.Within();
        }

        public void Dispose()
        {
            _inside.Dispose();
            _goOn.Dispose();
        }
    }
}

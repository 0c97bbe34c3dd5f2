using CsCheck;
using Realtime.Core.Rooms;

namespace Realtime.Core.Tests.Rooms;

public sealed class RoomIndexTests : IDisposable
{
    private readonly Observer _observer = new();
    private readonly TestRooms _rooms;

    public RoomIndexTests() => _rooms = new TestRooms(observer: _observer);

    public void Dispose() => _rooms.Dispose();

    [Fact]
    public void It_knows_both_directions()
    {
        Recipient a = _rooms.Add("a", "x", "y").Recipient;
        Recipient b = _rooms.Add("b", "y").Recipient;

        Assert.Equal(["a", "x", "y"], _rooms.Index.RoomsOf(a));
        Assert.Equal(["b", "y"], _rooms.Index.RoomsOf(b));
        Assert.Equal(["x", "y"], _rooms.Index.RoomNames.Order());
        Assert.True(_rooms.Index.IsMember(a, "x"));
        Assert.True(_rooms.Index.IsMember(a, "a"));
        Assert.False(_rooms.Index.IsMember(b, "x"));
        Assert.False(_rooms.Index.IsMember(b, "a"));
        Assert.True(_rooms.Index.TryFindRoom("y", out Room? y));
        Assert.Equal(2, y.Count);
        Assert.Equal(2, _rooms.Index.Count);
        Assert.True(_rooms.Index.TryFind("a", out Recipient? found));
        Assert.Same(a, found);
    }

    [Fact]
    public void Joining_twice_and_leaving_what_was_never_joined_change_nothing()
    {
        Recipient a = _rooms.Add("a", "x").Recipient;
        _observer.Seen.Clear();

        Assert.False(_rooms.Index.Join(a, "x"));
        Assert.False(_rooms.Index.Leave(a, "y"));
        Assert.False(_rooms.Index.Join(a, "a"));

        Assert.Empty(_observer.Seen);
        Assert.Equal(["a", "x"], _rooms.Index.RoomsOf(a));
    }

    [Fact]
    public void A_private_room_can_be_left_and_joined_again()
    {
        Recipient a = _rooms.Add("a", "x").Recipient;

        _rooms.Index.Leave(a, "a");
        Assert.Equal(["x"], _rooms.Index.RoomsOf(a));
        Assert.False(_rooms.Index.TryFindPrivateRoom("a", out _));

        Assert.True(_rooms.Index.Join(a, "a"));
        Assert.Equal(["a", "x"], _rooms.Index.RoomsOf(a));
        Assert.True(_rooms.Index.TryFindPrivateRoom("a", out Recipient? found));
        Assert.Same(a, found);
    }

    [Fact]
    public void What_is_sent_to_a_private_room_that_was_left_reaches_nobody()
    {
        TestRooms.Member a = _rooms.Add("a", "x");
        _rooms.Index.Leave(a.Recipient, "a");
        _rooms.Publish("a", "nobody");
        _rooms.Publish("x", "still there");

        Assert.Equal(["x"], _rooms.Index.RoomsOf(a.Recipient));
        Assert.Equal(["still there"], a.Got);
    }

    [Fact]
    public void An_empty_room_is_gone_and_can_come_back()
    {
        Recipient a = _rooms.Add("a", "x").Recipient;
        Assert.True(_rooms.Index.Leave(a, "x"));
        Assert.False(_rooms.Index.TryFindRoom("x", out _));
        Assert.True(_rooms.Index.Join(a, "x"));
        Assert.True(_rooms.Index.TryFindRoom("x", out Room? room));
        Assert.Equal(1, room.Count);
    }

    [Fact]
    public void Observers_hear_what_happened_in_order()
    {
        Recipient a = _rooms.Add("a", "x").Recipient;
        Recipient b = _rooms.Add("b", "x").Recipient;
        _rooms.Index.Leave(a, "x");
        _rooms.Index.Remove(b);
        _rooms.Index.Remove(a);

        Assert.Equal(
            ["created a", "a joined a", "created x", "a joined x", "created b", "b joined b", "b joined x", "a left x", "b left x", "deleted x", "b left b", "deleted b", "a left a", "deleted a"],
            _observer.Seen);
    }

    [Fact]
    public void Who_was_removed_is_nowhere_and_can_join_nothing()
    {
        TestRooms.Member a = _rooms.Add("a", "x", "y");
        _rooms.Index.Remove(a.Recipient);
        _observer.Seen.Clear();

        Assert.False(_rooms.Index.Join(a.Recipient, "x"));
        _rooms.Index.Add(a.Recipient);
        _rooms.Index.Remove(a.Recipient);

        Assert.Empty(_observer.Seen);
        Assert.Empty(_rooms.Index.RoomNames);
        Assert.Equal(0, _rooms.Index.Count);
        Assert.False(_rooms.Index.TryFind("a", out _));
        Assert.Equal(["a"], _rooms.Index.RoomsOf(a.Recipient));
        _rooms.Publish("x", "nobody");
        Assert.Empty(a.Got);
    }

    [Fact]
    public void Rooms_can_be_joined_before_the_recipient_is_added_and_are_undone_with_it()
    {
        var client = _rooms.Engine.Connect();
        var early = new Recipient("early", client.Connection, Realtime.Core.Protocol.Json.JsonPacketCodec.Instance, client);
        Assert.False(_rooms.Index.Join(early, "x"));
        _rooms.Index.Prepare(early);
        Assert.True(_rooms.Index.Join(early, "x"));
        Assert.Equal(0, _rooms.Index.Count);
        _rooms.Index.Remove(early);

        Assert.Empty(_rooms.Index.RoomNames);
        Assert.Equal(["created x", "early joined x", "early left x", "deleted x"], _observer.Seen);
    }

    [Fact]
    public void A_room_without_a_name_is_not_everybody()
    {
        TestRooms.Member a = _rooms.Add("a", "");
        TestRooms.Member b = _rooms.Add("b");
        _rooms.Publish("", "only a");

        Assert.Equal(["only a"], a.Got);
        Assert.Empty(b.Got);
    }

    [Fact]
    public void Leaving_a_large_room_costs_no_more_than_leaving_a_small_one()
    {
        const int members = 20_000;
        TestRooms.Member shared = _rooms.Add("shared");
        Recipient[] recipients = [.. Enumerable.Range(0, members).Select(i => _rooms.Add($"{i}", shared.Client, "large"))];
        _observer.Seen.Clear();
        long before = GC.GetAllocatedBytesForCurrentThread();
        _rooms.Index.Leave(recipients[7], "large");
        _rooms.Index.Leave(recipients[members / 2], "large");

        // Not a measure of time: a walk over the room would show in what it touches only. What it may not do is copy the room.
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000);
        Assert.True(_rooms.Index.TryFindRoom("large", out Room? large));
        Assert.Equal(members - 2, large.Count);
    }

    [Fact]
    public void It_holds_what_plain_sets_hold() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 9], Gen.Int[0, 3]).List[0, 300].Sample(steps =>
        {
            using var rooms = new TestRooms();
            TestRooms.Member shared = rooms.Add("shared");
            var everyone = new Dictionary<int, (Recipient Recipient, List<string> Rooms)>();
            int next = 0;
            foreach ((int action, int who, int where) in steps)
            {
                bool exists = everyone.TryGetValue(who, out (Recipient Recipient, List<string> Rooms) one);
                string room = $"room {where}";
                if (!exists)
                {
                    everyone[who] = (rooms.Add($"id {next++}", shared.Client), []);
                }
                else if (action == 0)
                {
                    rooms.Index.Remove(one.Recipient);
                    everyone.Remove(who);
                }
                else if (action <= 2)
                {
                    Assert.Equal(!one.Rooms.Contains(room), rooms.Index.Join(one.Recipient, room));
                    one.Rooms.Remove(room);
                    one.Rooms.Add(room);
                }
                else
                {
                    Assert.Equal(one.Rooms.Remove(room), rooms.Index.Leave(one.Recipient, room));
                }
            }

            Assert.Equal(everyone.Count + 1, rooms.Index.Count);
            Assert.Equal(everyone.Values.SelectMany(one => one.Rooms).Distinct().Order(), rooms.Index.RoomNames.Order());
            foreach ((Recipient recipient, List<string> joined) in everyone.Values)
            {
                Assert.Equal(joined.Append(recipient.Id).Order(), rooms.Index.RoomsOf(recipient).Order());
            }
        }, iter: 200, threads: 1);

    private sealed class Observer : IRoomObserver
    {
        internal List<string> Seen { get; } = [];

        public void RoomCreated(string room) => Seen.Add($"created {room}");

        public void RoomDeleted(string room) => Seen.Add($"deleted {room}");

        public void Joined(string room, Recipient recipient) => Seen.Add($"{recipient.Id} joined {room}");

        public void Left(string room, Recipient recipient) => Seen.Add($"{recipient.Id} left {room}");
    }
}

using Realtime.Core.Connections;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Tests.Connections;

namespace Realtime.Core.Tests.Rooms;

public sealed class FanOutTests : IDisposable
{
    private readonly TestRooms _rooms = new();
    private readonly Dictionary<string, TestRooms.Member> _members = [];

    public FanOutTests()
    {
        Add("a", "x", "y");
        Add("b", "x");
        Add("c", "y", "z");
        Add("d");
    }

    public void Dispose() => _rooms.Dispose();

    [Theory]
    [InlineData("", "", null, "abcd")]
    [InlineData("x", "", null, "ab")]
    [InlineData("x y", "", null, "abc")]
    [InlineData("x y z", "", null, "abc")]
    [InlineData("x x", "", null, "ab")]
    [InlineData("nowhere", "", null, "")]
    [InlineData("nowhere x", "", null, "ab")]
    [InlineData("d", "", null, "d")]
    [InlineData("d x", "", null, "abd")]
    [InlineData("a x", "", null, "ab")]
    [InlineData("a a", "", null, "a")]
    [InlineData("", "x", null, "cd")]
    [InlineData("", "a d", null, "bc")]
    [InlineData("", "nowhere", null, "abcd")]
    [InlineData("x y", "z", null, "ab")]
    [InlineData("x", "b", null, "a")]
    [InlineData("a", "a", null, "")]
    [InlineData("", "", "a", "bcd")]
    [InlineData("x", "", "a", "b")]
    [InlineData("x y", "z", "b", "a")]
    [InlineData("a", "", "a", "")]
    [InlineData("x", "", "unknown", "ab")]
    [InlineData("x", "", "d", "ab")]
    public void An_audience_is_the_union_of_its_rooms_without_exceptions_and_sender_each_once(string rooms, string except, string? sender, string expected)
    {
        var audience = new Audience { Rooms = Names(rooms), Except = Names(except), Sender = sender };

        _rooms.Publish(audience, "hello");

        foreach ((string id, TestRooms.Member member) in _members)
        {
            Assert.Equal(expected.Contains(id, StringComparison.Ordinal) ? ["hello"] : [], member.Got);
        }

        Assert.Equal(expected, string.Concat(_rooms.FanOut.Select(audience).Select(recipient => recipient.Id).Order()));
    }

    [Fact]
    public void Inside_a_scope_an_audience_is_the_same()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish(new Audience { Rooms = ["x", "y"], Except = ["z"], Sender = "b" }, "one");
        _rooms.Publish("x", "two");
        scope.Exit();

        Assert.Equal(["one", "two"], _members["a"].Got);
        Assert.Equal(["two"], _members["b"].Got);
        Assert.Empty(_members["c"].Got);
    }

    [Fact]
    public void Publications_of_one_scope_arrive_as_so_many_messages_with_one_write_for_each_member()
    {
        RecordingTransport[] transports = [.. Enumerable.Range(0, 3).Select(_ => new RecordingTransport())];
        foreach (RecordingTransport transport in transports)
        {
            var recipient = new Recipient(Guid.NewGuid().ToString(), transport.Accept(_rooms.Engine.Engine), JsonPacketCodec.Instance, transport);
            _rooms.Index.Prepare(recipient);
            _rooms.Index.Join(recipient, "merged");
        }

        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("merged", "one");
        _rooms.Publish("merged", "two");
        _rooms.Publish("merged", "three");
        scope.Exit();
        _rooms.Publish("merged", "four");

        Assert.All(transports, transport => Assert.Equal(["""42["one"]|42["two"]|42["three"]""", """42["four"]"""], transport.Writes));
    }

    [Fact]
    public void Without_a_scope_each_publication_is_there_when_the_call_returns()
    {
        _rooms.Publish("x", "now");
        Assert.Equal(["now"], _members["a"].Got);
    }

    [Fact]
    public void A_volatile_publication_skips_those_who_cannot_take_it_now()
    {
        _members["a"].Client.Peer.Pause();
        _rooms.Publish("x", "lost", isVolatile: true);
        _rooms.Publish("x", "kept");
        _members["a"].Client.Peer.Resume();

        Assert.Equal(["kept"], _members["a"].Got);
        Assert.Equal(["lost", "kept"], _members["b"].Got);
    }

    [Fact]
    public void A_volatile_publication_among_others_of_a_scope_changes_nothing_for_the_others()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "one");
        _rooms.Publish("x", "gone or here", isVolatile: true);
        _rooms.Publish("x", "two");
        scope.Exit();

        Assert.Equal(["one", "two"], _members["b"].Got.Where(text => text != "gone or here"));
    }

    [Fact]
    public void A_direct_send_after_a_publication_of_the_same_scope_stays_behind_it()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "one");
        _rooms.Publish("y", "two");
        _members["a"].SendDirect("direct");
        _rooms.Publish("x", "three");
        scope.Exit();

        Assert.Equal(["one", "two", "direct", "three"], _members["a"].Got);
        Assert.Equal(["one", "three"], _members["b"].Got);
    }

    [Fact]
    public void A_publication_to_a_private_room_keeps_its_place_too()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "one");
        _rooms.Publish("a", "private");
        _rooms.Publish("x", "two");
        scope.Exit();

        Assert.Equal(["one", "private", "two"], _members["a"].Got);
    }

    [Fact]
    public void Who_joins_in_a_scope_gets_only_what_comes_after()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "before");
        _rooms.Index.Join(_members["d"].Recipient, "x");
        _rooms.Publish("x", "behind");
        scope.Exit();

        Assert.Equal(["behind"], _members["d"].Got);
        Assert.Equal(["before", "behind"], _members["a"].Got);
    }

    [Fact]
    public void Who_leaves_in_a_scope_gets_what_came_before_and_nothing_else()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "before");
        _rooms.Index.Leave(_members["a"].Recipient, "x");
        _rooms.Publish("x", "behind");
        scope.Exit();

        Assert.Equal(["before"], _members["a"].Got);
        Assert.Equal(["before", "behind"], _members["b"].Got);
    }

    [Fact]
    public void Who_leaves_and_comes_back_in_a_scope_misses_what_lay_between()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "one");
        _rooms.Index.Leave(_members["a"].Recipient, "x");
        _rooms.Publish("x", "two");
        _rooms.Index.Join(_members["a"].Recipient, "x");
        _rooms.Publish("x", "three");
        _rooms.Index.Leave(_members["a"].Recipient, "x");
        _rooms.Publish("x", "four");
        scope.Exit();

        Assert.Equal(["one", "three"], _members["a"].Got);
        Assert.Equal(["one", "two", "three", "four"], _members["b"].Got);
    }

    [Fact]
    public void A_direct_send_after_leaving_stays_behind_what_came_before()
    {
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("x", "one");
        _rooms.Index.Leave(_members["a"].Recipient, "x");
        _members["a"].SendDirect("direct");
        scope.Exit();

        Assert.Equal(["one", "direct"], _members["a"].Got);
    }

    [Fact]
    public void The_last_one_out_of_a_room_still_gets_what_came_before()
    {
        _rooms.Index.Join(_members["d"].Recipient, "alone");
        FlushScope scope = FlushScope.Enter();
        _rooms.Publish("alone", "before");
        _rooms.Index.Leave(_members["d"].Recipient, "alone");
        _rooms.Publish("alone", "nobody");
        scope.Exit();

        Assert.Equal(["before"], _members["d"].Got);
        Assert.DoesNotContain("alone", _rooms.Index.RoomNames);
    }

    private static string[] Names(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private void Add(string id, params string[] rooms) => _members[id] = _rooms.Add(id, rooms);
}

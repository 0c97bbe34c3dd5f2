using Realtime.Core.Protocol;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Tests.Rooms;

public sealed class MembershipHistoryTests
{
    private static readonly TimeSpan s_keep = TimeSpan.FromMinutes(1);
    private readonly MembershipHistory _history = new();

    public MembershipHistoryTests() => _history.Begin(new MembershipInterval("own", new StreamPosition("own", 0), 0));

    [Fact]
    public void A_stay_begins_behind_what_was_sent_in_another_room_because_it_had_not_begun()
    {
        Assert.True(_history.Gets(Copy("own", order: 5, "room"), "socket"));

        _history.BeginNow(new MembershipInterval("room", new StreamPosition("room", 0), JoinedOrder: 4));

        Assert.False(_history.Gets(Copy("room", order: 5), "socket"));
        Assert.True(_history.Gets(Copy("room", order: 6), "socket"));
        Assert.False(_history.Gets(Copy("own", order: 6, "room"), "socket"));
    }

    [Fact]
    public void A_stay_does_not_begin_at_a_place_behind_which_something_was_decided()
    {
        Assert.True(_history.Gets(Copy("own", order: 5), "socket"));

        Assert.Null(_history.TryBeginNow(new MembershipInterval("room", new StreamPosition("room", 3), JoinedOrder: 4)));
        Assert.False(_history.WasIn("room", 6));
        Assert.Equal(4, _history.TryBeginNow(new MembershipInterval("room", new StreamPosition("room", 4), JoinedOrder: 5))?.Joined.Offset);
        Assert.True(_history.WasIn("room", 6));
    }

    [Fact]
    public void A_stay_ends_behind_what_was_held_back_in_another_room_because_it_lasted()
    {
        _history.BeginNow(new MembershipInterval("room", new StreamPosition("room", 0), JoinedOrder: 0));
        Assert.False(_history.Gets(Copy("own", order: 5, "room"), "socket"));

        MembershipInterval? ended = _history.EndNow("room", order: 4, TimeSpan.Zero, s_keep);

        Assert.Equal(5, ended?.LeftOrder);
        Assert.True(_history.Gets(Copy("room", order: 5), "socket"));
        Assert.True(_history.Gets(Copy("own", order: 6, "room"), "socket"));
    }

    [Fact]
    public void What_a_control_entry_says_of_one_that_is_away_holds_to_the_letter()
    {
        Assert.True(_history.Gets(Copy("own", order: 9, "room"), "socket"));

        Assert.Equal(4, _history.Begin(new MembershipInterval("room", new StreamPosition("room", 0), JoinedOrder: 4)).JoinedOrder);
        Assert.Equal(6, _history.End("room", order: 6, TimeSpan.Zero, s_keep)?.LeftOrder);
    }

    [Fact]
    public void Where_numbers_begin_anew_nothing_has_been_decided()
    {
        Assert.True(_history.Gets(Copy("own", order: 900), "socket"));

        _history.BeginAnew("own");

        Assert.Equal(3, _history.BeginNow(new MembershipInterval("room", new StreamPosition("room", 0), JoinedOrder: 3)).JoinedOrder);
    }

    private static NumberedCopy Copy(string room, long order, params string[] earlier)
    {
        Packet packet = TestRooms.Event("x");
        return new NumberedCopy(room, new StreamPosition(room, order), order) { Broadcast = new Broadcast(in packet, compress: false, isVolatile: false), EarlierRooms = earlier };
    }
}

using Realtime.Contracts.Sessions;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sessions;

namespace Realtime.Core.Tests.Sessions;

public sealed class ReceiveWindowTests
{
    private readonly ReceiveWindow _window = new(4);
    private int _connection;

    public ReceiveWindowTests() => _connection = _window.Attach();

    [Fact]
    public void Messages_are_new_once_and_answered_where_they_were_asked()
    {
        Assert.Equal([TakeOutcome.New, TakeOutcome.New], [Take(1, id: 10), Take(2, id: 11)]);
        Assert.Equal((2, 0), (_window.Taken, _window.Received));
        Assert.Equal(Address(11), _window.Complete(2, Answer(22)));
        Assert.Equal((2, 0), (_window.Taken, _window.Received));
        Assert.Equal(Address(10), _window.Complete(1, Answer(21)));

        Assert.Equal((2, 2, 0), (_window.Taken, _window.Received, _window.Confirmed));
    }

    [Fact]
    public void A_repeated_message_gets_the_first_answer_every_time()
    {
        Take(1);
        _window.Complete(1, Answer(21));
        Assert.Null(_window.Complete(1, Answer(99)));
        for (uint id = 50; id < 53; id++)
        {
            TakenMessage again = _window.Take(1, 1, Address(id));
            Assert.Equal((TakeOutcome.Repeated, 21), (again.Outcome, (int)again.Answer.Data.Span[0]));
            Assert.False(again.IsViolation);
        }
    }

    [Fact]
    public void A_message_that_is_being_handled_answers_whoever_asked_last()
    {
        Take(1, id: 10);
        Assert.Equal(TakeOutcome.Running, Take(1, id: 12));
        Assert.Equal(TakeOutcome.Running, Take(1, id: 11));

        Assert.Equal(Address(11), _window.Complete(1, Answer(21)));
    }

    [Fact]
    public void Ids_of_a_connection_that_ended_are_void_and_handlers_run_on()
    {
        Take(1, id: 10);
        Take(2, id: 11);
        _window.Detach();
        Assert.Null(_window.Complete(1, Answer(21)));
        Assert.Equal(TakeOutcome.Stale, Take(3));
        _connection = _window.Attach();
        Assert.Equal(TakeOutcome.Repeated, Take(1, id: 0));
        Assert.Equal(TakeOutcome.Running, Take(2, id: 1));

        Assert.Equal(Address(1), _window.Complete(2, Answer(22)));
        Assert.Equal(2, _window.Taken);
    }

    [Fact]
    public void An_answer_after_a_reconnect_goes_to_nobody_until_it_is_asked_for_again()
    {
        Take(1, id: 10);
        _connection = _window.Attach();
        Assert.Null(_window.Complete(1, Answer(21)));

        Assert.Equal(TakeOutcome.Repeated, Take(1, id: 10));
    }

    [Fact]
    public void A_late_message_of_the_connection_before_changes_nothing()
    {
        Take(1, id: 10);
        AckAddress late = Address(10);
        _connection = _window.Attach();
        Take(1, id: 20);
        TakenMessage stale = _window.Take(1, 1, late);

        Assert.Equal((TakeOutcome.Stale, false), (stale.Outcome, stale.IsViolation));
        Assert.Equal(Address(20), _window.Complete(1, Answer(21)));
    }

    [Theory]
    [InlineData(2, 1, true)]
    [InlineData(2, 2, true)]
    [InlineData(long.MaxValue, 1, true)]
    [InlineData(long.MaxValue, long.MaxValue, true)]
    [InlineData(1, 2, false)]
    [InlineData(1, 0, false)]
    [InlineData(0, 0, false)]
    [InlineData(-1, -1, false)]
    public void What_cannot_be_first_is_a_violation_and_changes_nothing(long number, long low, bool isHole)
    {
        TakenMessage message = _window.Take(number, low, Address(1));

        Assert.Equal((isHole ? TakeOutcome.Hole : TakeOutcome.InvalidLow, true), (message.Outcome, message.IsViolation));
        Assert.Equal((0, 0, 0), (_window.Taken, _window.Received, _window.Confirmed));
        Assert.Equal(TakeOutcome.New, Take(1));
    }

    [Fact]
    public void Low_forgets_answers_and_never_sinks()
    {
        for (int number = 1; number <= 3; number++)
        {
            Take(number);
            _window.Complete(number, Answer(number));
        }

        Assert.Equal(TakeOutcome.New, Take(4, low: 3));
        Assert.Equal(2, _window.Confirmed);
        Assert.Equal(TakeOutcome.Forgotten, Take(2, low: 1));
        Assert.Equal(TakeOutcome.Repeated, Take(3, low: 1));
        Assert.Equal(2, _window.Confirmed);
        Assert.Equal([3L], _window.WriteTo(SessionBench.NewRecord()).Acks.Select(ack => ack.Number));
    }

    [Fact]
    public void Low_above_a_message_that_was_never_answered_is_a_violation()
    {
        Take(1);
        Take(2);
        _window.Complete(2, Answer(22));

        Assert.Equal(TakeOutcome.InvalidLow, Take(3, low: 2));
        Assert.Equal(TakeOutcome.InvalidLow, Take(3, low: 3));
        Assert.Equal(TakeOutcome.New, Take(3, low: 1));
    }

    [Fact]
    public void No_more_messages_are_open_than_the_window_allows()
    {
        for (int number = 1; number <= 4; number++)
        {
            Assert.Equal(TakeOutcome.New, Take(number));
        }

        _window.Complete(2, Answer(2));
        Assert.Equal(TakeOutcome.WindowExceeded, Take(5));
        _window.Complete(1, Answer(1));
        Assert.Equal([TakeOutcome.New, TakeOutcome.New, TakeOutcome.WindowExceeded], [Take(5), Take(6), Take(7)]);
    }

    [Fact]
    public void Answers_older_than_the_window_are_forgotten_whatever_low_says()
    {
        for (int number = 1; number <= 6; number++)
        {
            Take(number, low: 1);
            _window.Complete(number, Answer(number));
        }

        Assert.Equal(2, _window.Confirmed);
        Assert.Equal([TakeOutcome.Forgotten, TakeOutcome.Repeated], [Take(2), Take(3)]);
    }

    [Fact]
    public void After_a_crash_what_was_answered_is_repeated_and_what_ran_is_new()
    {
        for (int number = 1; number <= 4; number++)
        {
            Take(number);
        }

        _window.Complete(1, Answer(21));
        _window.Complete(3, Answer(23));
        SessionRecord record = _window.WriteTo(SessionBench.NewRecord());
        var next = new ReceiveWindow(record, 4);
        int connection = next.Attach();
        Assert.Equal((1, 1, 0), (next.Received, next.Taken, next.Confirmed));

        TakeOutcome[] outcomes = [.. Enumerable.Range(1, 5).Select(number => next.Take(number, 1, new AckAddress(default, connection)).Outcome)];
        Assert.Equal([TakeOutcome.Repeated, TakeOutcome.New, TakeOutcome.Repeated, TakeOutcome.New, TakeOutcome.New], outcomes);
        next.Complete(2, Answer(22));
        Assert.Equal(3, next.Received);
    }

    [Fact]
    public void A_message_behind_one_that_is_handled_anew_is_no_hole_when_its_answer_is_known()
    {
        var window = new ReceiveWindow(SessionBench.NewRecord() with { Confirmed = 4, Acks = [new StoredAck(6, Answer(26)), new StoredAck(3, Answer(23))] });
        AckAddress asker = new(default, window.Attach());
        Assert.Equal((4, 4), (window.Received, window.Taken));

        Assert.Equal(TakeOutcome.New, window.Take(5, 5, asker).Outcome);
        Assert.Equal((4, 6), (window.Received, window.Taken)); // the client has the answer of 6: its next is 7
        Assert.Equal(TakeOutcome.New, window.Take(7, 5, asker).Outcome);
    }

    [Fact]
    public void A_store_that_has_lost_its_last_writes_believes_what_the_client_has_an_answer_for()
    {
        var window = new ReceiveWindow(SessionBench.NewRecord() with { Confirmed = 17, Acks = [new StoredAck(19, Answer(29)), new StoredAck(21, Answer(31))] });
        AckAddress asker = new(default, window.Attach());
        Assert.Equal(TakeOutcome.Hole, window.Take(21, 20, asker).Outcome);
        Assert.Equal(TakeOutcome.New, window.Take(20, 20, asker).Outcome);
        Assert.Equal((19, 19, 21), (window.Confirmed, window.Received, window.Taken));
        Assert.Equal(TakeOutcome.Repeated, window.Take(21, 20, asker).Outcome);

        Assert.Equal(TakeOutcome.Hole, window.Take(23, 23, asker).Outcome); // from now on nothing was lost
    }

    [Fact]
    public void A_handle_stands_for_a_message_and_no_id_of_the_wire_does()
    {
        foreach (long number in (long[])[1, 64, long.MaxValue])
        {
            Assert.True(MessageHandle.TryRead(MessageHandle.Of(number), out long read));
            Assert.Equal(number, read);
        }

        foreach (UInt128 value in (UInt128[])[0, 1, UInt128.Parse(new string('9', AckId.MaxDigits), null), MessageHandle.Of(1).Value - 1, UInt128.MaxValue])
        {
            Assert.False(MessageHandle.TryRead(new AckId(value), out _));
        }
    }

    private static EventPayload Answer(int value) => SessionBench.Answer(value);

    private AckAddress Address(uint id) => new(new AckId(id), _connection);

    private TakeOutcome Take(long number, long low = 1, uint id = 7) => _window.Take(number, low, Address(id)).Outcome;
}

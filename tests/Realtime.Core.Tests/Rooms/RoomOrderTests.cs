using System.Collections.Concurrent;
using Realtime.Core.Connections;
using Realtime.Core.Rooms;

namespace Realtime.Core.Tests.Rooms;

public sealed class RoomOrderTests
{
    [Theory]
    [InlineData(2048)]
    [InlineData(3)] // served in the background
    public async Task Everybody_sees_one_order_and_exactly_what_was_published_while_they_were_there(int batchSize)
    {
        const int publishers = 3;
        const int each = 400;
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = batchSize });
        TestRooms.Member[] stable = [.. Enumerable.Range(0, 5).Select(i => rooms.Add($"stable {i}", "room"))];
        TestRooms.Member guest = rooms.Add("guest");
        var publications = new ConcurrentBag<Task>();

        Task[] publishing = [.. Enumerable.Range(0, publishers).Select(publisher => Task.Run(() =>
        {
            for (int i = 0; i < each; i++)
            {
                FlushScope? scope = i % 3 == 0 ? FlushScope.Enter() : null;
                Publish($"{publisher}:{i}");
                if (scope is not null)
                {
                    Publish($"{publisher}:{i}b");
                    scope.Exit();
                }
            }
        }))];
        Task visiting = Task.Run(() =>
        {
            for (int i = 0; i < each; i++)
            {
                Publish($"out:{i}");
                rooms.Index.Join(guest.Recipient, "room");
                Publish($"joined:{i}");
                Publish($"leaving:{i}");
                rooms.Index.Leave(guest.Recipient, "room");
            }
        });
        await Task.WhenAll([.. publishing, visiting]).Within();
        await Task.WhenAll(publications).Within();

        string[] order = stable[0].Got;
        Assert.Equal((publishers * (each + ((each + 2) / 3))) + (3 * each), order.Length);
        Assert.Equal(order.Length, order.Distinct().Count());
        Assert.All(stable, member => Assert.Equal(order, member.Got));
        foreach (IGrouping<string, string> publisher in order.Where(text => char.IsDigit(text[0])).GroupBy(text => text.Split(':')[0]))
        {
            Assert.Equal(Enumerable.Range(0, each), publisher.Where(text => !text.EndsWith('b')).Select(text => int.Parse(text.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
        }

        // The guest's visits are unbroken stretches of the common order: between two of them lies what was published while it was out.
        Dictionary<string, int> places = order.Select((text, place) => (text, place)).ToDictionary(pair => pair.text, pair => pair.place);
        var stretches = new List<(int First, int Last)>();
        foreach (int place in guest.Got.Select(text => places[text]))
        {
            if (stretches.Count > 0 && stretches[^1].Last == place - 1)
            {
                stretches[^1] = (stretches[^1].First, place);
            }
            else
            {
                stretches.Add((place, place));
            }
        }

        Assert.Equal(each, stretches.Count);
        for (int i = 0; i < each; i++)
        {
            Assert.True(stretches[i].First > places[$"out:{i}"]);
            Assert.InRange(places[$"joined:{i}"], stretches[i].First, stretches[i].Last);
            Assert.InRange(places[$"leaving:{i}"], stretches[i].First, stretches[i].Last);
        }

        void Publish(string text)
        {
            ValueTask sent = rooms.PublishAsync("room", text);
            if (!sent.IsCompletedSuccessfully)
            {
                publications.Add(sent.AsTask());
            }
        }
    }

    [Fact]
    public async Task A_direct_send_does_not_overtake_what_another_thread_is_sending_to_the_room()
    {
        using var rooms = new TestRooms();
        TestRooms.Member first = rooms.Add("first", "room");
        TestRooms.Member second = rooms.Add("second", "room");
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        first.Client.Reacts = line =>
        {
            if (line.Contains("one", StringComparison.Ordinal))
            {
                inside.Release();
                goOn.Wait(Patience.Limit);
            }
        };

        Task slow = Task.Run(() => rooms.Publish("room", "one"));
        await inside.WaitAsync().Within();
        Task overtaking = Task.Run(() =>
        {
            FlushScope scope = FlushScope.Enter();
            rooms.Publish("room", "two");
            second.SendDirect("direct");
            scope.Exit();
        });

        // It has to wait, or it has overtaken: give it the time to do so.
        try
        {
            await overtaking.WaitAsync(TimeSpan.FromMilliseconds(300));
        }
        catch (TimeoutException)
        {
            // as it should be
        }

        goOn.Release();
        await Task.WhenAll(slow, overtaking).Within();

        Assert.Equal(["one", "two", "direct"], second.Got);
        Assert.Equal(["one", "two"], first.Got);
    }

    [Fact]
    public async Task A_direct_send_does_not_overtake_what_a_large_room_is_being_sent()
    {
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = 1 });
        TestRooms.Member first = rooms.Add("first", "room");
        TestRooms.Member second = rooms.Add("second", "room");
        using var stop = new Stop(first, "one");

        Task one = rooms.PublishAsync("room", "one").AsTask();
        await stop.Reached();
        Task overtaking = Task.Run(() => PublishAndSend(rooms, second));

        // The first and the second member are served together: it has to wait for that, or it has overtaken.
        try
        {
            await overtaking.WaitAsync(TimeSpan.FromMilliseconds(300));
        }
        catch (TimeoutException)
        {
            // as it should be
        }

        stop.GoOn();
        await Task.WhenAll(one, overtaking).Within();

        Assert.Equal(["one", "two", "direct"], second.Got);
        Assert.Equal(["one", "two"], first.Got);
    }

    [Fact]
    public async Task A_direct_send_does_not_wait_until_a_large_room_has_been_served()
    {
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = 1 });
        TestRooms.Member first = rooms.Add("first", "room");
        TestRooms.Member[] others = [.. Enumerable.Range(0, 3 * MemberList.ChunkSize).Select(i => rooms.Add($"{i}", "room"))];
        TestRooms.Member last = rooms.Add("last", "room");
        using var stop = new Stop(first, "one");

        Task one = rooms.PublishAsync("room", "one").AsTask();
        await stop.Reached();
        Task two = PublishAndSend(rooms, last); // on this thread: if it waited for the first member, that would be for ever
        Assert.Equal(["one", "two", "direct"], last.Got);
        stop.GoOn();
        await Task.WhenAll(one, two).Within();

        Assert.Equal(["one", "two", "direct"], last.Got);
        Assert.All(others.Prepend(first), member => Assert.Equal(["one", "two"], member.Got));
    }

    [Fact]
    public async Task Who_joined_a_large_room_behind_a_publication_is_not_caught_up_with_it()
    {
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = 1 });
        TestRooms.Member first = rooms.Add("first", "room");
        rooms.Add("second", "room");
        TestRooms.Member late = rooms.Add("late");
        using var stop = new Stop(first, "one");

        Task one = rooms.PublishAsync("room", "one").AsTask();
        await stop.Reached();
        rooms.Index.Join(late.Recipient, "room");
        Task two = PublishAndSend(rooms, late);
        stop.GoOn();
        await Task.WhenAll(one, two).Within();

        Assert.Equal(["two", "direct"], late.Got);
    }

    [Fact]
    public async Task A_room_that_grows_while_it_is_served_is_not_served_twice_at_once()
    {
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = 2 });
        TestRooms.Member first = rooms.Add("first", "room");
        TestRooms.Member second = rooms.Add("second", "room");
        using var stop = new Stop(first, "one");

        Task one = Task.Run(() => rooms.Publish("room", "one"));
        await stop.Reached();
        TestRooms.Member third = rooms.Add("third", "room");
        Task two = Task.Run(() => rooms.PublishAsync("room", "two").AsTask()); // large now
        try
        {
            await two.WaitAsync(TimeSpan.FromMilliseconds(300));
        }
        catch (TimeoutException)
        {
            // as it should be: the first pass is not over
        }

        stop.GoOn();
        await Task.WhenAll(one, two).Within();

        Assert.Equal(["one", "two"], first.Got);
        Assert.Equal(["one", "two"], second.Got);
        Assert.Equal(["two"], third.Got);
    }

    [Fact]
    public async Task Somebody_who_leaves_while_another_thread_catches_it_up_gets_nothing_twice()
    {
        const int count = 50_000;
        using var rooms = new TestRooms();
        TestRooms.Member stable = rooms.Add("stable", "room");
        TestRooms.Member member = rooms.Add("member");
        var done = new TaskCompletionSource();
        Task moving = Task.Run(() =>
        {
            while (!done.Task.IsCompleted)
            {
                rooms.Index.Join(member.Recipient, "room");
                rooms.Index.Leave(member.Recipient, "room");
            }
        });
        for (int i = 0; i < count; i++)
        {
            FlushScope scope = FlushScope.Enter();
            rooms.Publish("room", $"{i}");
            member.SendDirect($"direct {i}");
            scope.Exit();
        }

        done.SetResult();
        await moving.Within();

        Assert.Equal(count, stable.Got.Length);
        Assert.Equal([], member.Got.GroupBy(text => text).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(1)] // served in the background
    public async Task Leaving_does_not_overtake_what_another_thread_is_sending_to_the_room(int batchSize)
    {
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = batchSize });
        TestRooms.Member first = rooms.Add("first", "room");
        TestRooms.Member second = rooms.Add("second", "room");
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        first.Client.Reacts = line =>
        {
            if (line.Contains("one", StringComparison.Ordinal))
            {
                inside.Release();
                goOn.Wait(Patience.Limit);
            }
        };

        Task slow = Task.Run(() => rooms.PublishAsync("room", "one").AsTask());
        await inside.WaitAsync().Within();
        Task leaving = Task.Run(() =>
        {
            FlushScope scope = FlushScope.Enter();
            Task two = rooms.PublishAsync("room", "two").AsTask();
            rooms.Index.Leave(second.Recipient, "room");
            scope.Exit();
            return two;
        });

        // It may wait for the other thread, or it has overtaken: give it the time to do so.
        try
        {
            await leaving.WaitAsync(TimeSpan.FromMilliseconds(300));
        }
        catch (TimeoutException)
        {
            // as it may be
        }

        goOn.Release();
        await Task.WhenAll(slow, leaving).Within();

        Assert.Equal(["one", "two"], second.Got);
        Assert.Equal(["one", "two"], first.Got);
    }

    private static Task PublishAndSend(TestRooms rooms, TestRooms.Member member)
    {
        FlushScope scope = FlushScope.Enter();
        Task sent = rooms.PublishAsync("room", "two").AsTask();
        member.SendDirect("direct");
        scope.Exit();
        return sent;
    }

    /// <summary>Holds the thread that sends a text to a member until the test lets it go on.</summary>
    private sealed class Stop : IDisposable
    {
        private readonly SemaphoreSlim _inside = new(0);
        private readonly SemaphoreSlim _goOn = new(0);

        internal Stop(TestRooms.Member member, string text) => member.Client.Reacts = line =>
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                _inside.Release();
                _goOn.Wait(Patience.Limit);
            }
        };

        public void Dispose()
        {
            _inside.Dispose();
            _goOn.Dispose();
        }

        internal Task Reached() => _inside.WaitAsync().Within();

        internal void GoOn() => _goOn.Release();
    }
}

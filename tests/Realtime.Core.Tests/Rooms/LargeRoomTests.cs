using Realtime.Core.Rooms;
using Realtime.Core.Tests.Connections;

namespace Realtime.Core.Tests.Rooms;

/// <summary>Runs alone: it counts what the process allocates.</summary>
[CollectionDefinition(nameof(LargeRoomTests), DisableParallelization = true)]
public sealed class LargeRoomCollection;

[Collection(nameof(LargeRoomTests))]
public sealed class LargeRoomTests
{
    private const int Large = 100_000;

    [Fact]
    public async Task One_publication_reaches_a_hundred_thousand_members_once()
    {
        using var room = new CountingRoom(Large);

        await room.Rooms.PublishAsync("room", "one").Within();
        Assert.Equal(Large, room.Count);
        await room.Rooms.PublishAsync("room", "two").Within();
        Assert.Equal(2 * Large, room.Count);
        Assert.All(room.PerConnection, count => Assert.Equal(2 * CountingRoom.PerClient, count));
    }

    [Fact]
    public async Task Several_batches_at_once_reach_everybody_once_too()
    {
        using var room = new CountingRoom(20_000, new FanOutOptions { BatchSize = 1000, MaxParallelBatches = 4 });

        await room.Rooms.PublishAsync("room", "one").Within();

        Assert.All(room.PerConnection, count => Assert.Equal(CountingRoom.PerClient, count));
    }

    [Fact]
    public async Task A_small_room_does_not_wait_for_a_large_one()
    {
        using var room = new CountingRoom(Large, new FanOutOptions { MaxParallelBatches = 1 });
        TestRooms.Member[] small = [.. Enumerable.Range(0, 10).Select(i => room.Rooms.Add($"small {i}", "small"))];
        using var inside = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        room.OnCount = count =>
        {
            if (count == 1000)
            {
                inside.Release();
                goOn.Wait(Patience.Limit);
            }
        };

        Task large = room.Rooms.PublishAsync("room", "large").AsTask();
        await inside.WaitAsync().Within();
        room.Rooms.Publish("small", "small");

        Assert.All(small, member => Assert.Equal(["small"], member.Got));
        Assert.False(large.IsCompleted);
        Assert.Equal(1000, room.Count);
        goOn.Release();
        await large.Within();
        Assert.Equal(Large, room.Count);
    }

    [Fact]
    public async Task Awaited_publications_to_a_large_room_complete_in_order_and_when_everybody_was_served()
    {
        using var room = new CountingRoom(5000, new FanOutOptions { BatchSize = 512, MaxParallelBatches = 3 });
        var tasks = new List<Task>();
        var counts = new List<(int Place, long Count)>();
        for (int i = 0; i < 50; i++)
        {
            int place = i;
            tasks.Add(room.Rooms.PublishAsync("room", $"{i}").AsTask().ContinueWith(
                _ =>
                {
                    lock (counts)
                    {
                        counts.Add((place, room.Count));
                    }
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default));
        }

        await Task.WhenAll(tasks).Within();

        Assert.Equal(50 * 5000, room.Count);
        Assert.All(counts, done => Assert.True(done.Count >= (done.Place + 1) * 5000L, $"{done.Place} was complete after {done.Count}"));
    }

    [Fact]
    public async Task What_a_publication_allocates_does_not_depend_on_the_number_of_members()
    {
        var options = new FanOutOptions { MaxParallelBatches = 1 };
        using var small = new CountingRoom(1000, options);
        using var large = new CountingRoom(Large, options);
        long forFew = await MeasureAsync(small);
        long forMany = await MeasureAsync(large);

        // The way over the thread pool costs a few small objects; a byte for each member would be 100,000.
        Assert.True(forMany - forFew < 6_000, $"{forFew} bytes for 1,000 members, {forMany} for {Large}");

        static async Task<long> MeasureAsync(CountingRoom room)
        {
            const int rounds = 20;
            long least = long.MaxValue;
            for (int i = 0; i < rounds; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                await room.Rooms.PublishAsync("room", "x");
                least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            return least;
        }
    }

    /// <summary>Many members on few connections that only count.</summary>
    private sealed class CountingRoom : IDisposable
    {
        internal const int PerClient = 100;
        private readonly int[] _perConnection;
        private long _count;

        internal CountingRoom(int members, FanOutOptions? options = null)
        {
            Rooms = new TestRooms(options);
            _perConnection = new int[members / PerClient];
            for (int i = 0; i < _perConnection.Length; i++)
            {
                int place = i;
                TestClient client = Rooms.Engine.Connect();
                client.Peer.OnMessage(_ =>
                {
                    Interlocked.Increment(ref _perConnection[place]);
                    long count = Interlocked.Increment(ref _count);
                    OnCount?.Invoke(count);
                });
                for (int j = 0; j < PerClient; j++)
                {
                    Rooms.Add($"{i}.{j}", client, "room");
                }
            }
        }

        internal TestRooms Rooms { get; }

        internal Action<long>? OnCount { get; set; }

        internal long Count => Interlocked.Read(ref _count);

        internal int[] PerConnection => _perConnection;

        public void Dispose() => Rooms.Dispose();
    }
}

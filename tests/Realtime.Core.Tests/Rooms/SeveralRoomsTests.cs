using System.Globalization;
using Realtime.Core.Rooms;

namespace Realtime.Core.Tests.Rooms;

public sealed class SeveralRoomsTests
{
    // So many that there is time to move while one room is looked at after the other.
    private static readonly string[] s_far = [.. Enumerable.Range(0, 200).Select(i => $"empty {i}")];

    [Theory]
    [InlineData(2048)]
    [InlineData(1)] // served in the background
    public async Task Whoever_moves_between_the_rooms_gets_everything_once(int batchSize)
    {
        const int count = 2000;
        using var rooms = new TestRooms(new FanOutOptions { BatchSize = batchSize });
        TestRooms.Member stable = rooms.Add("stable", "a", "b");
        TestRooms.Member first = rooms.Add("first", "a");
        TestRooms.Member second = rooms.Add("second", "b");
        TestRooms.Member mover = rooms.Add("mover", "a");
        var audience = new Audience { Rooms = ["a", .. s_far, "b"] };
        var done = new TaskCompletionSource();
        Task moving = Task.Run(() =>
        {
            for (int i = 0; !done.Task.IsCompleted; i++)
            {
                // In one of them at every moment, in both for a moment.
                rooms.Index.Join(mover.Recipient, i % 2 == 0 ? "b" : "a");
                rooms.Index.Leave(mover.Recipient, i % 2 == 0 ? "a" : "b");
            }
        });
        for (int i = 0; i < count; i++)
        {
            await rooms.PublishAsync(audience, $"{i}").Within();
        }

        done.SetResult();
        await moving.Within();

        string[] all = [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        Assert.Equal(all, stable.Got);
        Assert.Equal(all, first.Got);
        Assert.Equal(all, second.Got);
        Assert.Equal(all, mover.Got.OrderBy(text => int.Parse(text, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Whoever_moves_out_of_an_exception_into_another_gets_nothing()
    {
        using var rooms = new TestRooms();
        TestRooms.Member stable = rooms.Add("stable");
        TestRooms.Member mover = rooms.Add("mover", "a");
        var audience = new Audience { Except = ["a", .. s_far, "b"] };
        var done = new TaskCompletionSource();
        Task moving = Task.Run(() =>
        {
            for (int i = 0; !done.Task.IsCompleted; i++)
            {
                rooms.Index.Join(mover.Recipient, i % 2 == 0 ? "b" : "a");
                rooms.Index.Leave(mover.Recipient, i % 2 == 0 ? "a" : "b");
            }
        });
        for (int i = 0; i < 2000; i++)
        {
            await rooms.PublishAsync(audience, $"{i}").Within();
        }

        done.SetResult();
        await moving.Within();

        Assert.Equal(2000, stable.Got.Length);
        Assert.Empty(mover.Got);
    }
}

using Realtime.Core.Namespaces;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// A room that nobody was in: two clients join it at once, one of them leaves it again and joins once more, and somebody publishes. Its log is opened, closed and opened, and each
/// gets what was published during its stay.
/// </summary>
internal sealed class RoomLogOpen : RoomLogs
{
    private const string Room = "!new"; // stands before the own rooms of clients: who is in both gets the copy of this one

    private RoomClient _joins = null!;
    private RoomClient _wavers = null!;

    internal override async Task SetUpAsync()
    {
        await Bench.StartAsync().ConfigureAwait(true);
        _joins = await Bench.ConnectAsync("who joins").ConfigureAwait(true);
        _wavers = await Bench.ConnectAsync("who wavers").ConfigureAwait(true);
    }

    internal override void Begin(Schedule schedule)
    {
        RealtimeSocket joins = _joins.Socket;
        RealtimeSocket wavers = _wavers.Socket;
        schedule.Add("join", () => joins.JoinAsync(Room).AsTask());
        schedule.Add("join, leave, join", async () =>
        {
            await wavers.JoinAsync(Room).ConfigureAwait(true);
            await wavers.LeaveAsync(Room).ConfigureAwait(true);
            await wavers.JoinAsync(Room).ConfigureAwait(true);
        });

        // The own room of a client keeps a log too: these reach both clients at any time, by that or by the new room.
        schedule.Add("publisher a", () => PublishAsync(To(Room, _joins.Sid, _wavers.Sid), "a1"));
        schedule.Add("publisher b", () => PublishAsync(To(_joins.Sid, Room, _wavers.Sid), "b1"));
    }

    internal override async Task CheckAsync()
    {
        await PublishAsync(To(Room), "last").ConfigureAwait(true);
        foreach (RoomClient client in new[] { _joins, _wavers })
        {
            RequireInPlace(client);
            Require(client.Got.Order().SequenceEqual(["a1", "b1", "last"]) && client.Got[^1] == "last", $"{client.Name} got {string.Join(' ', client.Got)}.");
        }
    }
}

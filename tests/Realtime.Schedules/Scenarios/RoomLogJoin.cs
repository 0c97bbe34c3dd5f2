using Realtime.Core.Namespaces;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// Two rooms with logs: two threads publish to one of them and to both, while one client joins, one leaves, and one stays. Who stays gets everything once and in order; who joins
/// gets everything behind the place where it was told that its stay begins; who leaves gets a beginning and nothing after its end.
/// </summary>
internal sealed class RoomLogJoin : RoomLogs
{
    private RoomClient _stays = null!;
    private RoomClient _joins = null!;
    private RoomClient _leaves = null!;

    internal override async Task SetUpAsync()
    {
        await Bench.StartAsync().ConfigureAwait(true);
        _stays = await Bench.ConnectAsync("who stays").ConfigureAwait(true);
        _joins = await Bench.ConnectAsync("who joins").ConfigureAwait(true);
        _leaves = await Bench.ConnectAsync("who leaves").ConfigureAwait(true);
        await _stays.Socket.JoinAsync("one", "two").ConfigureAwait(true);
        await _leaves.Socket.JoinAsync("one").ConfigureAwait(true);
        await PublishAsync(To("one"), "before").ConfigureAwait(true);
    }

    internal override void Begin(Schedule schedule)
    {
        RealtimeSocket joins = _joins.Socket;
        RealtimeSocket leaves = _leaves.Socket;
        schedule.Add("publisher a", async () =>
        {
            await PublishAsync(To("one"), "a1").ConfigureAwait(true);
            await PublishAsync(To("one", "two"), "a2").ConfigureAwait(true);
        });
        schedule.Add("publisher b", async () =>
        {
            await PublishAsync(To("two", "one"), "b1").ConfigureAwait(true);
            await PublishAsync(To("one"), "b2").ConfigureAwait(true);
        });
        schedule.Add("join", () => joins.JoinAsync("one").AsTask());
        schedule.Add("leave", () => leaves.LeaveAsync("one").AsTask());
    }

    internal override async Task CheckAsync()
    {
        await PublishAsync(To("one", "two"), "last").ConfigureAwait(true);
        RequireInPlace(_stays);
        RequireInPlace(_joins);
        RequireInPlace(_leaves);
        Require(_stays.Got.Count == Published.Count, $"Who stays got {string.Join(' ', _stays.Got)}.");
        RequireInOrder(_stays, "before", "a1", "a2", "last");
        RequireInOrder(_stays, "before", "b1", "b2", "last");

        // The streams of the clients say that nothing is missing between what they got first and last.
        Require(_joins.Got is [.., "last"] && !_joins.Got.Contains("before"), $"Who joins got {string.Join(' ', _joins.Got)}.");
        Require(_leaves.Got is ["before", ..] && !_leaves.Got.Contains("last"), $"Who leaves got {string.Join(' ', _leaves.Got)}.");
    }
}

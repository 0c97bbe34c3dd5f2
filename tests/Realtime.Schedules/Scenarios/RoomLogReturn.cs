using Realtime.Core.Namespaces;
using Realtime.Schedules.Scheduling;

namespace Realtime.Schedules.Scenarios;

/// <summary>
/// A client comes back to two rooms while two threads publish there, and perhaps its connection is cut again. It reads the logs, goes over to what is live, and has everything once in the
/// end, except what is not for it.
/// </summary>
/// <param name="isCut">Whether it is cut again, at any time.</param>
internal sealed class RoomLogReturn(bool isCut) : RoomLogs
{
    private RoomClient _returns = null!;
    private RoomClient _stays = null!;

    internal override async Task SetUpAsync()
    {
        await Bench.StartAsync().ConfigureAwait(true);
        _returns = await Bench.ConnectAsync("who returns").ConfigureAwait(true);
        _stays = await Bench.ConnectAsync("who stays").ConfigureAwait(true);
        await _returns.Socket.JoinAsync("one", "two").ConfigureAwait(true);
        await _stays.Socket.JoinAsync("one").ConfigureAwait(true);
        await PublishAsync(To("one"), "had").ConfigureAwait(true);
        _returns.Cut();
        await PublishAsync(To("one"), "missed1").ConfigureAwait(true);
        await PublishAsync(To("one", "two"), "missed2").ConfigureAwait(true);
        await PublishAsync(To("one").Except(_returns.Sid), "not-for-it1").ConfigureAwait(true);
    }

    internal override void Begin(Schedule schedule)
    {
        Emitter notForIt = To("one").Except(_returns.Sid);
        schedule.Add("return", _returns.ConnectAsync);
        schedule.Add("publisher a", async () =>
        {
            await PublishAsync(To("one"), "a1").ConfigureAwait(true);
            await PublishAsync(notForIt, "not-for-it2").ConfigureAwait(true);
        });
        schedule.Add("publisher b", async () =>
        {
            await PublishAsync(To("two", "one"), "b1").ConfigureAwait(true);
            await PublishAsync(To("two"), "b2").ConfigureAwait(true);
        });
        if (isCut)
        {
            schedule.Add("cut", () =>
            {
                Controlled.Until(() => _returns.IsConnected, "the connection");
                _returns.Cut();
            });
        }
    }

    internal override async Task CheckAsync()
    {
        if (!_returns.IsConnected)
        {
            await _returns.ConnectAsync().ConfigureAwait(true);
        }

        await PublishAsync(To("one", "two"), "last1").ConfigureAwait(true);
        await PublishAsync(To("two"), "last2").ConfigureAwait(true);
        RequireInPlace(_returns);
        RequireInPlace(_stays);
        RequireInOrder(_returns, "had", "missed1", "a1", "last1");
        RequireInOrder(_returns, "missed2", "b1", "last1");
        RequireInOrder(_returns, "missed2", "b2", "last2");
        string[] owed = [.. Published.Where(static text => !text.StartsWith("not-for-it", StringComparison.Ordinal))];
        Require(owed.ToHashSet().SetEquals(_returns.Got), $"Who returns got {string.Join(' ', _returns.Got)}.");
        Require(_stays.Got.Count == Published.Count - 2, $"Who stays got {string.Join(' ', _stays.Got)}."); // b2 and last2 are of the other room
    }
}

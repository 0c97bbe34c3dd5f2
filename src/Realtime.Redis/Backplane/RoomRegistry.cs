using System.Threading.Channels;
using Realtime.Core.Backplane;

namespace Realtime.Redis.Backplane;

/// <summary>Tells Redis in which rooms this node has members, one call at a time for everything that waits, and opens their logs.</summary>
/// <remarks>
/// Thread-safe. What is told of a room is what holds when the call is made, so a room that was left and entered again ends up entered. The queue holds names of rooms; what waits in it is
/// bounded by those who wait for it.
/// </remarks>
internal sealed class RoomRegistry(FollowedRooms rooms, NamespaceScripts scripts, MessageSequence sequence) : IAsyncDisposable
{
    internal const int MaxRoomsOfCall = 500; // 20 microseconds of Redis each 10 rooms

    private readonly Channel<Wish> _wishes = Channel.CreateUnbounded<Wish>(new UnboundedChannelOptions { SingleReader = true });
    private Task _running = Task.CompletedTask;

    internal void Start() => _running = RunAsync();

    /// <summary>A member that does not recover came.</summary>
    internal Task EnterAsync(string name) => rooms.Change(name, room =>
    {
        room.Members++;
        return room.Entering = IsUsable(room.Entering) ? room.Entering! : RefreshAsync(name);
    });

    internal void Leave(string name) => Release(name, static room => room.Members--);

    /// <summary>Somebody reads the log of a room from here on.</summary>
    internal async Task<LogHead> OpenAsync(string name)
    {
        Task opening = rooms.Change(name, room =>
        {
            room.Readers++;
            return room.Opening = IsUsable(room.Opening) ? room.Opening! : OpenLogAsync(name);
        });
        try
        {
            await opening.ConfigureAwait(false);
        }
        catch
        {
            Close(name);
            throw;
        }

        return rooms.HeadOf(name) ?? throw new BackplaneUnavailableException($"The log of '{name}' was not opened.");
    }

    internal void Close(string name) => Release(name, static room =>
    {
        if (--room.Readers == 0)
        {
            (room.Stream, room.Opening, room.Continues) = (null, null, []);
        }
    });

    /// <summary>Tells Redis once more of rooms.</summary>
    internal async Task<Registration> RegisterAsync(IReadOnlyList<string> names)
    {
        Registration registration = await scripts.RegisterAsync(rooms.Order, [.. names.Select(name => (rooms.WishOf(name), name))]).ConfigureAwait(false);
        return registration;
    }

    public async ValueTask DisposeAsync()
    {
        _wishes.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private static bool IsUsable(Task? task) => task is { IsFaulted: false, IsCanceled: false };

    private void Release(string name, Action<FollowedRoom> release) => rooms.Change(name, room =>
    {
        release(room);
        if (!room.IsWanted)
        {
            _wishes.Writer.TryWrite(new Wish(name));
        }

        return true;
    });

    private Task<Registration> RefreshAsync(string name)
    {
        var wish = new Wish(name);
        return _wishes.Writer.TryWrite(wish)
            ? wish.Done.Task
            : Task.FromException<Registration>(new BackplaneUnavailableException("The backplane has stopped."));
    }

    // Behind the mark everything that was published before the log was read has been placed here, so what is shown of the log is not behind it.
    private async Task OpenLogAsync(string name)
    {
        Registration registration = await RefreshAsync(name).ConfigureAwait(false);
        await sequence.WaitAsync(registration.Mark).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var waiting = new List<Wish>();
        while (await _wishes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            waiting.Clear();
            while (waiting.Count < MaxRoomsOfCall && _wishes.Reader.TryRead(out Wish? wish))
            {
                waiting.Add(wish);
            }

            try
            {
                Registration registration = await RegisterAsync([.. waiting.Select(static wish => wish.Room).Distinct(StringComparer.Ordinal)]).ConfigureAwait(false);
                foreach (OpenedLog log in registration.Logs)
                {
                    rooms.Adopt(log, registration.Order);
                }

                waiting.ForEach(wish => wish.Done.TrySetResult(registration));
            }
#pragma warning disable CA1031 // Whoever waits is told; what nobody waits for is told again by the next check.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                var unavailable = new BackplaneUnavailableException("Redis was not told of a room.", exception);
                waiting.ForEach(wish =>
                {
                    wish.Done.TrySetException(unavailable);
                    _ = wish.Done.Task.Exception; // of a room that was left nobody wants to know
                });
            }
        }
    }

    private sealed class Wish(string room)
    {
        internal string Room { get; } = room;

        internal TaskCompletionSource<Registration> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

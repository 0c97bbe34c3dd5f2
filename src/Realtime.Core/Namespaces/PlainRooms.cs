using Realtime.Core.Backplane;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>The rooms of sockets without a session: joining and leaving them, here and, where the backplane routes by room, in its eyes. What is published is sent, and never again.</summary>
/// <remarks>Thread-safe. On a single node nothing here waits.</remarks>
internal sealed class PlainRooms(Namespace owner, IBackplane backplane)
{
    /// <summary>Puts a socket into a room.</summary>
    /// <returns>A task that completes when it gets what any node publishes there.</returns>
    internal ValueTask JoinAsync(Recipient recipient, string room) =>
        owner.Index.Join(recipient, room) && backplane.RoutesByRoom ? EnterAsync(recipient, room) : default;

    /// <summary>Takes a socket out of a room.</summary>
    internal ValueTask LeaveAsync(Recipient recipient, string room) =>
        owner.Index.Leave(recipient, room) && backplane.RoutesByRoom && recipient.Held.TryRelease(room) ? backplane.LeaveAsync(owner.Path, room, CancellationToken.None) : default;

    /// <summary>Has the rooms that a socket begins with routed to this node before its client is told that it is connected: whoever hears of it from the client may emit to it at once.</summary>
    internal async ValueTask PrepareAsync(RealtimeSocket socket)
    {
        if (backplane.RoutesByRoom)
        {
            await Task.WhenAll(FirstRooms.Of(socket, owner.Index.RoomsOf(socket.Recipient)).Select(room => EnterAsync(socket.Recipient, room).AsTask())).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a recipient out of everything, for good. One of a session lets go of its rooms by itself.</summary>
    internal void Remove(Recipient recipient)
    {
        owner.Index.Remove(recipient);
        if (backplane.RoutesByRoom && recipient is not SequencedRecipient)
        {
            _ = LeaveAllAsync(recipient);
        }
    }

    private async Task LeaveAllAsync(Recipient recipient)
    {
        foreach (string room in recipient.Held.ReleaseAll())
        {
            try
            {
                await backplane.LeaveAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // It is in the log. What is published there costs this node a look until the backplane lets go of it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.RoomNotLeft(owner.Logger, exception, owner.Path.Value);
            }
        }
    }

    // Held behind it, so that whoever ends meanwhile takes back what was told.
    private async ValueTask EnterAsync(Recipient recipient, string room)
    {
        await backplane.EnterAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false);
        if (!recipient.Held.TryHold(room))
        {
            await backplane.LeaveAsync(owner.Path, room, CancellationToken.None).ConfigureAwait(false);
        }
    }
}

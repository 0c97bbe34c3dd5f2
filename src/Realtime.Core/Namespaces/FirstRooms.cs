namespace Realtime.Core.Namespaces;

/// <summary>The rooms that a socket is in from its first moment: that of everybody, its own, that of its user, and those that middlewares have put it into.</summary>
internal static class FirstRooms
{
    internal static IReadOnlyCollection<string> Of(RealtimeSocket socket, IEnumerable<string> joined)
    {
        var rooms = new HashSet<string>(joined, StringComparer.Ordinal) { "", socket.Id };
        if (socket.UserId is { Length: > 0 } userId)
        {
            rooms.Add(UserRoom.Of(userId));
        }

        return rooms;
    }

    /// <summary>Makes sure, before the client of a socket is told that it is connected, that nothing is missed that is published from then on.</summary>
    /// <returns>Whether it could be done. Otherwise the connection ends, and the client tries again.</returns>
    internal static async ValueTask<bool> PrepareAsync(RealtimeSocket socket)
    {
        try
        {
            if (socket.Recovery is null)
            {
                await socket.Owner.PlainRooms.PrepareAsync(socket).ConfigureAwait(false);
            }
            else
            {
                await socket.Owner.Recovery.PrepareAsync(socket).ConfigureAwait(false);
            }

            return true;
        }
#pragma warning disable CA1031 // A backplane or a store that fails costs this client its connection.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(socket.Owner.Logger, exception, socket.Owner.Path.Value, socket.Id);
            socket.Connection.Close(Connections.CloseReason.TransportError);
            return false;
        }
    }
}

namespace Realtime.Core.Namespaces;

/// <summary>The room that all sockets of a user are in. The prefix keeps it apart from rooms of the application.</summary>
internal static class UserRoom
{
    internal const string Prefix = "$user:";

    internal static string Of(string userId)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return Prefix + userId;
    }

    internal static void Join(RealtimeSocket socket)
    {
        if (socket.UserId is { Length: > 0 } userId)
        {
            string room = Of(userId);
            if (socket.Recovery?.Start is { } start)
            {
                start.Join(room);
            }
            else
            {
                socket.Owner.Index.Join(socket.Recipient, room);
            }
        }
    }
}

using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Limits;
using Realtime.Core.Users;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>The places in one namespace, and those of its users among their connections: on this node, or in the cluster where there is a directory.</summary>
/// <remarks>Thread-safe. A socket enters when everybody has admitted it and leaves when it is detached, whatever became of it.</remarks>
internal sealed class Occupancy(int? max, UserConnections? users, ListedSockets? listed)
{
    private const string NoUser = "";
    private int _count;

    /// <summary>Gets the number of places that are taken; 0 where they are not limited.</summary>
    internal int Count => Volatile.Read(ref _count);

    /// <summary>Takes the places of a socket.</summary>
    /// <returns>What the client is told when there is none; <see langword="null"/> when it has got them.</returns>
    internal ValueTask<Refusal?> EnterAsync(RealtimeSocket socket)
    {
        if (max is not null && Interlocked.Increment(ref _count) > max)
        {
            Interlocked.Decrement(ref _count);
            return new(Refusal.Of(ErrorCode.NamespaceFull, "The namespace is full", retryAfter: null));
        }

        return listed is not null && socket.UserId is { Length: > 0 } user ? EnterListedAsync(listed, socket, user) : new(EnterUser(socket, ListingResult.Unknown));
    }

    private async ValueTask<Refusal?> EnterListedAsync(ListedSockets list, RealtimeSocket socket, string user)
    {
        Refusal? refusal = EnterUser(socket, await list.EnterAsync(socket, user).ConfigureAwait(false));
        if (refusal is not null)
        {
            list.Leave(socket);
        }

        return refusal;
    }

    private Refusal? EnterUser(RealtimeSocket socket, ListingResult result)
    {
        string user = users is not null && socket.UserId is { } id ? id : NoUser;
        object? oldest = null;
        if (result == ListingResult.Refused || (user.Length > 0 && !users!.TryEnter(user, socket.Session, result == ListingResult.Admitted, out oldest)))
        {
            LeaveNamespace();
            return Refusal.Of(ErrorCode.TooManyConnections, "The user has too many connections", retryAfter: null);
        }

        socket.Occupies = user;
        if (oldest is ClientSession session)
        {
            ConnectionEnd.CloseSoon(session.Connection, CloseReason.Replaced); // its handlers are not to run here
        }

        return null;
    }

    /// <summary>Gives the places of a socket back, if it has any.</summary>
    internal void Leave(RealtimeSocket socket)
    {
        string? user = socket.Occupies;
        socket.Occupies = null;
        if (user is null)
        {
            return;
        }

        LeaveNamespace();
        listed?.Leave(socket);
        if (user.Length > 0)
        {
            users!.Leave(user, socket.Session);
        }
    }

    private void LeaveNamespace()
    {
        if (max is not null)
        {
            Interlocked.Decrement(ref _count);
        }
    }
}

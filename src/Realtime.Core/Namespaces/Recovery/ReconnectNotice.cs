using Realtime.Core.Connections;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Tells clients that recover when to come back to a server that stops (<c>$rt:away</c>): spread over a time, not all at the same moment.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class ReconnectNotice
{
    /// <summary>Tells the clients of these sockets, unless nothing is to be spread.</summary>
    /// <returns>The connections that were told: what waits there has to go out before they are closed.</returns>
    internal static IReadOnlyCollection<Connection> Send(IEnumerable<RealtimeSocket> sockets, RecoveryOptions options)
    {
        // One time for all namespaces of a client: it waits for the longest that it is told, and the longest of several comes late more often than early.
        Dictionary<Connection, ReadOnlyMemory<byte>> told = [];
        if (options.ReconnectSpread == TimeSpan.Zero)
        {
            return told.Keys;
        }

        foreach (RealtimeSocket socket in sockets)
        {
            if (socket is { Recovery.Sent: null, Recipient: SequencedRecipient recipient })
            {
                if (!told.TryGetValue(socket.Connection, out ReadOnlyMemory<byte> notice))
                {
                    notice = told[socket.Connection] = RecoveryEvents.Away((long)(options.Random() * options.ReconnectSpread.TotalMilliseconds));
                }

                recipient.Tell(notice);
            }
        }

        return told.Keys;
    }
}

using Realtime.Core.Connections;

namespace Realtime.Core.Namespaces;

/// <summary>Ends a socket because its ticket no longer counts: tells the client, then disconnects it.</summary>
internal static class TicketEnd
{
    internal static void EndTicket(this RealtimeSocket socket, string state, CloseReason reason)
    {
        if (socket.Owner.Authentication.Options.SendEvents)
        {
            socket.SendEvent(AuthenticationPayload.Ended(state), ackId: null, EmitFlags.Default);
        }

        socket.Session.Disconnect(socket, reason);
    }
}

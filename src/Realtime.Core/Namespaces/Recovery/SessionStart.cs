using Realtime.Core.Connections;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a socket of a session begins with, and gathers until it is confirmed: middlewares may put it into rooms before its client knows it.</summary>
/// <remarks>Confined to the connect of the socket.</remarks>
internal sealed class SessionStart(RecoverableSession session, KnownStreams streams, bool isRecovered, RealtimeSocket? before)
{
    private readonly List<string> _rooms = [];

    internal RecoverableSession Session { get; } = session;

    /// <summary>Gets what the client has of each stream that it knows.</summary>
    internal KnownStreams Streams { get; } = streams;

    /// <summary>Gets a value indicating whether the session was there before.</summary>
    internal bool IsRecovered { get; } = isRecovered;

    /// <summary>Gets the socket that the session had, if that had not ended by itself: its handler may still run.</summary>
    internal RealtimeSocket? Before { get; } = before;

    /// <summary>Gets what is sent before the client is told that it is connected; <see langword="null"/> for one that speaks the extension, and of a new session.</summary>
    internal StockReplay? Replay { get; init; }

    /// <summary>Puts the socket into a room as soon as it is confirmed.</summary>
    internal void Join(string room) => _rooms.Add(room);

    internal void Leave(string room) => _rooms.Remove(room);

    internal IReadOnlyList<string> RoomsToJoin() => _rooms;

    /// <summary>Makes a socket the one of the session.</summary>
    /// <returns>The one before, if it had not ended; the new one itself when that comes too late, because its client has come back once more.</returns>
    internal RealtimeSocket? GiveTo(RealtimeSocket socket)
    {
        // What middlewares have put it into, when nobody knew yet that it recovers.
        RoomIndex index = socket.Owner.Index;
        Recipient provisional = socket.Recipient;
        _rooms.AddRange(index.RoomsOf(provisional).Where(room => room != provisional.Id));
        socket.Owner.PlainRooms.Remove(provisional);
        socket.Recipient = Session.Sent is { } sent
            ? CreateStock(socket, sent)
            : new SequencedRecipient(
                Session.SocketId, socket.Connection, socket.Owner.RecoveringCodec, socket, socket.Owner.Path.Utf8Memory, Session.Memberships) { Session = Session };
        index.Prepare(socket.Recipient);
        return Session.Attach(socket, this);
    }

    private StockRecipient CreateStock(RealtimeSocket socket, SentPositions sent) =>
        new(Session.SocketId, socket.Connection, socket.Owner.RecoveringCodec, socket, socket.Owner.Path.Utf8Memory, Session.Memberships)
        {
            Session = Session,
            Sent = sent,
            OnLost = () =>
            {
                Session.IsOver = true;
                socket.Connection.Close(CloseReason.TransportError);
            },
        };
}

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a socket of a session begins with, and gathers until it is confirmed: middlewares may put it into rooms before its client knows it.</summary>
/// <remarks>Confined to the connect of the socket.</remarks>
internal sealed class SessionStart(RecoverableSession session, IReadOnlyDictionary<string, long> positions, bool isRecovered, RealtimeSocket? before)
{
    private readonly List<string> _rooms = [];

    internal RecoverableSession Session { get; } = session;

    /// <summary>Gets what the client has of each stream that it knows.</summary>
    internal IReadOnlyDictionary<string, long> Positions { get; } = positions;

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
}

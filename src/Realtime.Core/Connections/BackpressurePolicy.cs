namespace Realtime.Core.Connections;

/// <summary>What happens to the events of a namespace that a client does not read fast enough, when <see cref="ConnectionOptions.MaxBufferedBytes"/> are waiting.</summary>
/// <remarks>
/// Acknowledgements, control packets, heartbeats and events that ask for an acknowledgement are never dropped, an event never without its attachments, and what
/// is left keeps its order. When nothing is left to drop and there is still no room, the connection is closed with the reason "outbound buffer full".
/// </remarks>
public enum BackpressurePolicy
{
    /// <summary>Nothing is dropped: the connection is closed, and the client knows that it has missed something.</summary>
    Close,

    /// <summary>The oldest events are dropped, volatile ones that wait in other namespaces before them. For streams in which what is new matters.</summary>
    DropOldest,

    /// <summary>Volatile events may wait too, and are dropped first, the oldest first; everything else is kept. For chats with hints such as "is typing".</summary>
    DropVolatileFirst,

    /// <summary>Of the events that were emitted with the same key only the newest waits, in its own place. For states, such as prices and positions. Events without a key are kept.</summary>
    Conflate,
}

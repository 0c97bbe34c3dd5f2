namespace Realtime.Core.Diagnostics;

/// <summary>What went wrong, in a form that programs can compare. Clients see the name in snake case.</summary>
public enum ErrorCode
{
    /// <summary>A handler threw. Its message is not shown to clients.</summary>
    HandlerFailed,

    /// <summary>The payload does not fit the type of the event.</summary>
    InvalidPayload,

    /// <summary>No acknowledgement came in time.</summary>
    AckTimeout,

    /// <summary>The socket disconnected before the answer came.</summary>
    Disconnected,

    /// <summary>The other side answered with an error.</summary>
    Refused,

    /// <summary>A handler waited for its own client, from which nothing is read while its events wait for handlers.</summary>
    ReadingStopped,

    /// <summary>The user may not do that.</summary>
    Forbidden,

    /// <summary>The name of the event belongs to the protocol.</summary>
    ReservedEvent,

    /// <summary>Something was done more often than its rate limit allows.</summary>
    RateLimited,

    /// <summary>The user or the address has as many connections as it may have.</summary>
    TooManyConnections,

    /// <summary>The server has as many connections as it may have.</summary>
    ServerFull,

    /// <summary>The namespace has as many clients as it may have.</summary>
    NamespaceFull,

    /// <summary>The client broke the protocol; its connection is closed.</summary>
    ProtocolViolation,

    /// <summary>As much as a buffer takes waits already.</summary>
    BufferFull,

    /// <summary>The event was begun before, and nobody knows how that ended. It was not handled again.</summary>
    OutcomeUnknown,

    /// <summary>Nobody handles the event. Only clients that recover are told.</summary>
    NoHandler,
}

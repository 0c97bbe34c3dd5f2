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

    /// <summary>The client broke the protocol; its connection is closed.</summary>
    ProtocolViolation,
}

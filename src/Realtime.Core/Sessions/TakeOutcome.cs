namespace Realtime.Core.Sessions;

/// <summary>What a numbered message of a client is.</summary>
internal enum TakeOutcome
{
    /// <summary>The next one: to be handled. It answers under <see cref="MessageHandle.Of"/>.</summary>
    New,

    /// <summary>One that was answered: the answer is to be sent again, at once.</summary>
    Repeated,

    /// <summary>One whose handler still runs, or whose answer is being stored: nothing to do, the answer goes to who asked last.</summary>
    Running,

    /// <summary>Read from a connection that is no longer that of the session: to be dropped, the client sends it again.</summary>
    Stale,

    /// <summary>Violation: the client has said that it has the answer, or it is older than the window.</summary>
    Forgotten,

    /// <summary>Violation: a number before it never came.</summary>
    Hole,

    /// <summary>Violation: the lowest unconfirmed number is above the message itself, or above one that was never answered.</summary>
    InvalidLow,

    /// <summary>Violation: more messages without an answer than the window allows.</summary>
    WindowExceeded,
}

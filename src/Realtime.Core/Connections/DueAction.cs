namespace Realtime.Core.Connections;

/// <summary>What a deadline that has passed asks of its connection.</summary>
internal enum DueAction
{
    /// <summary>Nothing: the deadline has moved meanwhile.</summary>
    Wait,

    /// <summary>Send a ping.</summary>
    Ping,

    /// <summary>Cut: the heartbeat was not answered.</summary>
    Cut,

    /// <summary>Close: the connection was not put to use in time.</summary>
    Refuse,

    /// <summary>End: the time to close in order is over.</summary>
    End,
}

namespace Realtime.Core.Connections;

/// <summary>What can happen to a connection.</summary>
internal enum ConnectionEvent
{
    /// <summary>A second transport for this connection arrived.</summary>
    UpgradeStarted,

    /// <summary>The client asked to switch to the second transport.</summary>
    UpgradeConfirmed,

    /// <summary>The second transport broke, misbehaved or took too long.</summary>
    UpgradeFailed,

    /// <summary>This side closes: the application, the heartbeat, a limit, a protocol error.</summary>
    CloseRequested,

    /// <summary>The transport in use ended, or the time to close it in order is over.</summary>
    TransportEnded,
}

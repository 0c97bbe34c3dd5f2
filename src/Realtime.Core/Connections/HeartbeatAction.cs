namespace Realtime.Core.Connections;

/// <summary>What a <see cref="Heartbeat"/> asks its connection to do.</summary>
internal enum HeartbeatAction
{
    /// <summary>Nothing yet.</summary>
    Wait,

    /// <summary>Send a ping.</summary>
    Ping,

    /// <summary>Cut the connection.</summary>
    Cut,
}

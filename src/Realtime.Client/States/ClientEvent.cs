namespace Realtime.Client.States;

/// <summary>What moves a <see cref="ClientState"/>.</summary>
internal enum ClientEvent
{
    /// <summary>The application wants to be connected.</summary>
    ConnectRequested,

    /// <summary>An attempt begins.</summary>
    AttemptStarted,

    /// <summary>The server has accepted the namespace.</summary>
    Joined,

    /// <summary>The connection was lost or an attempt failed, and another attempt follows.</summary>
    ConnectionFailed,

    /// <summary>An end that is not retried: a refusal, the server's disconnect, a policy that stops.</summary>
    Ended,

    /// <summary>The application wants to be disconnected.</summary>
    DisconnectRequested,
}

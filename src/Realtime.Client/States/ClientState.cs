namespace Realtime.Client.States;

/// <summary>How a namespace of a client stands with its server.</summary>
public enum ClientState
{
    /// <summary>Not connected, and nothing is done about it: before the first connect, after a disconnect, and after an end that is not retried.</summary>
    Disconnected,

    /// <summary>On its way for the first time since <see cref="Disconnected"/>; attempts that fail are repeated.</summary>
    Connecting,

    /// <summary>Connected: what is emitted goes out.</summary>
    Connected,

    /// <summary>Was connected and is on its way back; what is emitted waits.</summary>
    Reconnecting,
}

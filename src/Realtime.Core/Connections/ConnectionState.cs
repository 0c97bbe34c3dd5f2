namespace Realtime.Core.Connections;

/// <summary>The states of a connection. The transitions are in <see cref="ConnectionTransitions"/>.</summary>
public enum ConnectionState
{
    /// <summary>Open on its transport.</summary>
    Open,

    /// <summary>Open, while the client tries a second transport.</summary>
    Upgrading,

    /// <summary>Closed for the layers above; what was sent before is still going out.</summary>
    Closing,

    /// <summary>Ended. Nothing happens any more.</summary>
    Closed,
}

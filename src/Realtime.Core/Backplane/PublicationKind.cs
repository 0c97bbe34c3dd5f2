namespace Realtime.Core.Backplane;

/// <summary>What a publication asks every addressed node to do.</summary>
public enum PublicationKind
{
    /// <summary>Send an event to the audience.</summary>
    Event = 0,

    /// <summary>Put the audience into rooms.</summary>
    Join = 1,

    /// <summary>Take the audience out of rooms.</summary>
    Leave = 2,

    /// <summary>Disconnect the audience.</summary>
    Disconnect = 3,

    /// <summary>Hand an event to the server-side handlers of every other node.</summary>
    ServerEvent = 4,

    /// <summary>End the sessions of a user or a token, in all namespaces: see <see cref="Publication.Revocation"/>.</summary>
    Revoke = 5,

    /// <summary>Disconnect a user, in all namespaces: that of <see cref="Publication.Revocation"/>, whose tokens stay valid.</summary>
    DisconnectUser = 6,
}

namespace Realtime.Core.Protocol;

/// <summary>The kinds of Socket.IO v5 packets. Events and acknowledgements with attachments have numbers of their own on the wire; here they are the same kind.</summary>
public enum PacketKind
{
    /// <summary>Joins a namespace, or confirms it.</summary>
    Connect = 0,

    /// <summary>Leaves a namespace.</summary>
    Disconnect = 1,

    /// <summary>An event with its arguments.</summary>
    Event = 2,

    /// <summary>The answer to an event.</summary>
    Ack = 3,

    /// <summary>Refuses a namespace.</summary>
    ConnectError = 4,
}

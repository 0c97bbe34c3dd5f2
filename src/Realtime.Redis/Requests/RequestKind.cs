namespace Realtime.Redis.Requests;

/// <summary>What nodes ask each other, and answer. The numbers are on the wire.</summary>
internal enum RequestKind : byte
{
    /// <summary>Describe the sockets of an audience.</summary>
    Sockets = 1,

    /// <summary>List the rooms.</summary>
    Rooms = 2,

    /// <summary>Send an event that asks for acknowledgements: answered by their number, then by each of them.</summary>
    Acks = 3,

    /// <summary>Run the server-side handler of an event.</summary>
    Servers = 4,

    /// <summary>The answer to what was asked; to <see cref="Acks"/> how many sockets were asked.</summary>
    Answer = 16,

    /// <summary>The acknowledgement of one socket.</summary>
    Ack = 17,
}

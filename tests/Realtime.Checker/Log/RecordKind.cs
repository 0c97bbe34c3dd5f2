namespace Realtime.Checker;

/// <summary>What a record of a log tells. The README of this project says which fields each kind has.</summary>
public enum RecordKind
{
    /// <summary>A message is about to be published, or about to be emitted to the server that publishes it.</summary>
    Send,

    /// <summary>A publication was acknowledged: one record for each copy, with the place that the copy has in its stream.</summary>
    Ack,

    /// <summary>A publication was refused: it certainly did not happen.</summary>
    Fail,

    /// <summary>No answer came in time: it happened once or not at all.</summary>
    Timeout,

    /// <summary>Nobody can know: it happened once or not at all.</summary>
    Unknown,

    /// <summary>An entry of a stream that is no message.</summary>
    Control,

    /// <summary>The log of a room goes on under another stream, which every member of the one before is a member of.</summary>
    Rotate,

    /// <summary>A handler of a client was given a message.</summary>
    Recv,

    /// <summary>A session became a member of a room.</summary>
    Join,

    /// <summary>A session stopped being a member of a room.</summary>
    Leave,

    /// <summary>A client was connected: anew, recovered, or told that it was not recovered.</summary>
    Connect,

    /// <summary>The server announced a stream to a client, or set its position again.</summary>
    At,

    /// <summary>The server ended a stream of a client.</summary>
    End,

    /// <summary>The application of a client was told that a range is lost.</summary>
    Gap,

    /// <summary>A connection of a client was lost, or its session ended for good.</summary>
    Disconnect,

    /// <summary>Somebody waits for an answer.</summary>
    Request,

    /// <summary>The answer, or that there will be none.</summary>
    Completion,

    /// <summary>A node became the owner of a session.</summary>
    Claim,

    /// <summary>A node stopped being the owner of a session.</summary>
    Fence,

    /// <summary>The session store took a write of an owner. Written by the store, in its own order.</summary>
    Store,

    /// <summary>A handler of the server starts with a message of a client.</summary>
    Handled,

    /// <summary>The server refused a message of a client, which used its number up.</summary>
    Refused,

    /// <summary>The server answered a message of a client.</summary>
    Answer,

    /// <summary>How many bytes wait for a connection.</summary>
    Outbound,

    /// <summary>A connection was closed.</summary>
    Close,

    /// <summary>A fault begins or ends.</summary>
    Fault,

    /// <summary>A node stops gracefully.</summary>
    Drain,

    /// <summary>How many of something exist, before or after.</summary>
    Census,

    /// <summary>A frame that a stock client saw.</summary>
    Frame,

    /// <summary>A node or a client was killed. Written by who killed it.</summary>
    Crash,

    /// <summary>A process starts.</summary>
    Start,

    /// <summary>A process stops in an orderly way: its log is whole.</summary>
    Stop,

    /// <summary>Nothing is sent any more, and all that was sent had time to arrive.</summary>
    Quiet,

    /// <summary>Says something to a reader and means nothing.</summary>
    Note,
}

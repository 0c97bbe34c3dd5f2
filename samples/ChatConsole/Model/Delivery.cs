namespace ChatConsole.Model;

/// <summary>How far a line has come.</summary>
public enum Delivery
{
    /// <summary>It is not a line of ours, or not a message at all.</summary>
    None,

    /// <summary>The server does not have it yet, as far as we know.</summary>
    Waiting,

    /// <summary>The server has it.</summary>
    Sent,

    /// <summary>Somebody else has it.</summary>
    Delivered,

    /// <summary>It was given up, and somebody has to decide.</summary>
    NotSent,
}

namespace Realtime.Core.Idempotency;

/// <summary>What a store knows of a key.</summary>
public enum IdempotencyState
{
    /// <summary>Nobody had it, or it was taken over: the caller has it now and does the work.</summary>
    Claimed,

    /// <summary>Somebody else has it and is at work.</summary>
    Running,

    /// <summary>The work was done; its result is known.</summary>
    Completed,

    /// <summary>Somebody had it and never said how it ended: nobody knows whether the work was done.</summary>
    Unknown,

    /// <summary>The store keeps as much as it may. The work must not be done, because it could not be told from its repetition.</summary>
    Full,
}

namespace Realtime.Core.Sessions;

/// <summary>What came of a claim.</summary>
public enum ClaimStatus
{
    /// <summary>There is no such session, it has expired, or it is of another user: the client gets a new one and is not told which of the three it was.</summary>
    Unknown,

    /// <summary>The session has seen this attempt or a later one: the client tries again with its next.</summary>
    Superseded,

    /// <summary>The session is the caller's.</summary>
    Claimed,
}

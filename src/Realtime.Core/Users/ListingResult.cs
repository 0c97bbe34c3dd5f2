namespace Realtime.Core.Users;

/// <summary>What a directory says of a connection.</summary>
public enum ListingResult
{
    /// <summary>The directory cannot be asked now: the limit of the own node decides.</summary>
    Unknown,

    /// <summary>The user may have it.</summary>
    Admitted,

    /// <summary>The user has as many connections as allowed.</summary>
    Refused,
}

namespace Realtime.Core.Presence;

/// <summary>How the presence of users is told.</summary>
public sealed class PresenceOptions
{
    /// <summary>Gets or sets how many users of a room are listed. A larger room is counted, a sample of it is listed, and listeners are told no more who joins and leaves, only how many there are.</summary>
    /// <value>Default 1,000: more than a user interface shows, and a list of about 20 KB. At least 1.</value>
    public int MaxListed { get; set; } = 1_000;

    /// <summary>Gets or sets how long a node waits before it tells listeners of a room again. Who comes and goes in between is not told at all, so a storm costs four calls a second, not one for each user.</summary>
    /// <value>Default 250 ms: nobody sees the difference. Zero for no pause.</value>
    public TimeSpan ChangeInterval { get; set; } = TimeSpan.FromMilliseconds(250);
}

namespace Realtime.Client;

/// <summary>How a namespace gets back what it missed, from servers of ours: its session outlives connections, and every event comes exactly once and in order.</summary>
/// <remarks>Other servers see one key more in the <c>auth</c> object and do as they always did.</remarks>
public sealed class RecoveryOptions
{
    /// <summary>Gets or sets a value indicating whether the server is asked for it.</summary>
    /// <value>Default <see langword="true"/>: a server that does not know it ignores it.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the longest time that a hole in a stream stays open before the server is asked for what is missing; the time is random up to this.</summary>
    /// <value>Default 200 ms: what has only been overtaken comes by itself, and many clients that miss the same event do not ask at the same moment. From 0 to 1 min.</value>
    public TimeSpan HoleDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets or sets the time that the server has to send what it was asked for. What has not come by then is a gap.</summary>
    /// <value>Default 5 s: longer than any round trip, and everything behind the hole waits as long. From 10 ms to 1 h.</value>
    public TimeSpan HoleTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the number of events after which the server is told how far the client has come, so that it can forget what lies before.</summary>
    /// <value>Default 64: one small message in return for many. At least 1.</value>
    public int ReportInterval { get; set; } = 64;

    /// <summary>Gets or sets the longest time after an event until the server is told.</summary>
    /// <value>Default 5 s: quiet streams are forgotten as well. From 10 ms to 1 h.</value>
    public TimeSpan ReportDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the largest number of events that wait behind holes, in all streams. When it is reached the client forgets them and reconnects, and the server sends them again.</summary>
    /// <value>Default 1,000: what can come while a hole is being asked for. At least 1.</value>
    public int MaxHeldEvents { get; set; } = 1000;

    /// <summary>Gets or sets the largest number of bytes of these events.</summary>
    /// <value>Default 4 MiB: a hole is rare, so it may take memory for a moment, but not all of it. At least 1,024.</value>
    public long MaxHeldBytes { get; set; } = 4 * 1024 * 1024;
}

namespace Realtime.Core.Sessions;

/// <summary>How sessions are kept that clients may resume.</summary>
public sealed class SessionOptions
{
    /// <summary>Gets or sets for how long a client may come back after its connection was lost.</summary>
    /// <value>Default 2 min, as with Socket.IO: a tunnel, a lift, a restart of a phone's radio. Positive.</value>
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how many sessions the store in memory keeps. Beyond it the ones that were released first go; when all are live, none is added and the extension is not granted.</summary>
    /// <value>Default 100,000: about 60 MB with three rooms each and no answers waiting. At least 1.</value>
    public int MaxSessions { get; set; } = 100_000;

    /// <summary>Gets or sets how long a client that comes back on another node waits for the node before to stop and to finish the handler that runs. Then the session is taken without it.</summary>
    /// <value>
    /// Default 5 s: most handlers are done, and a client, which gives up a connect after 20 s, is not near that. Longer is right where handlers take longer: one that is not done by then may be run again on the
    /// other node, with the same message id. Positive.
    /// </value>
    public TimeSpan YieldTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how often a server tells the store which sessions are connected. A store outside of the process forgets one for which nobody has done so three times, when its window is over as well.</summary>
    /// <value>Default 1 min: 100,000 sessions are then 1,700 touches a second, in batches. Positive.</value>
    public TimeSpan TouchInterval { get; set; } = TimeSpan.FromMinutes(1);
}

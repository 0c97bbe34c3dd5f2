namespace Realtime.Core.Connections;

/// <summary>How the server finds out that a client is gone.</summary>
public sealed class HeartbeatOptions
{
    /// <summary>Gets or sets the time from the last answer (or the handshake) to the next ping.</summary>
    /// <value>Default 25 s: below the 30 s after which common proxies and mobile networks drop idle connections.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>Gets or sets the time that a client has to answer a ping.</summary>
    /// <value>Default 5 s. Node's default is 20 s with a single miss.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how many pings in a row may stay unanswered before the connection is cut.</summary>
    /// <value>Default 2: ping at 25 s, missed at 30 s, ping at 50 s, cut at 55 s after the last answer. Node cuts at the first.</value>
    public int MaxMissed { get; set; } = 2;
}

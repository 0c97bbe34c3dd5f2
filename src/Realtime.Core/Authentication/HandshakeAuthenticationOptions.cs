namespace Realtime.Core.Authentication;

/// <summary>How clients are authenticated, and what happens when that ends.</summary>
public sealed class HandshakeAuthenticationOptions
{
    /// <summary>Gets or sets how long authenticators may take for one client.</summary>
    /// <value>Default 10 s: longer than any key set takes to load, shorter than clients wait for an answer (20 s).</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a socket stays after its ticket has ended, for the client to send a new token. Zero disconnects at once.</summary>
    /// <value>Default 30 s: enough to ask an identity provider for a token over a slow network.</value>
    public TimeSpan ExpiryGrace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the least time between two attempts of one socket to refresh its ticket.</summary>
    /// <value>Default 1 s: checking a signature costs more than any other message, and an honest client refreshes every few minutes.</value>
    public TimeSpan MinRefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Gets or sets a value indicating whether clients are told by the event <c>$rt:auth</c> that their ticket ends. Without it a socket is
    /// disconnected after the grace period all the same.
    /// </summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool SendEvents { get; set; } = true;

    /// <summary>Gets or sets how long a revocation is remembered, so that a revoked token cannot come back. Set it to the longest life of your tokens.</summary>
    /// <value>Default 24 h.</value>
    public TimeSpan RevocationMemory { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how many revocations are remembered. Beyond it the oldest is forgotten, with a warning in the log.</summary>
    /// <value>Default 10,000, about 1.5 MB.</value>
    public int MaxRevocations { get; set; } = 10_000;
}

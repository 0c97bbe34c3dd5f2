using Realtime.Client.Reconnecting;

namespace Realtime.Client;

/// <summary>When a client comes back: the figures of <see cref="ExponentialBackoff"/>. A policy of your own takes their place (<see cref="RealtimeClientBuilder.WithReconnectPolicy"/>).</summary>
public sealed class ReconnectOptions
{
    /// <summary>Gets or sets a value indicating whether it comes back at all.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the base of the delay.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan BaseDelay { get; set; } = ExponentialBackoff.DefaultBaseDelay;

    /// <summary>Gets or sets the longest delay.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan MaxDelay { get; set; } = ExponentialBackoff.DefaultMaxDelay;

    /// <summary>Gets or sets how many attempts are made in a series.</summary>
    /// <value>Default <see langword="null"/>: any number.</value>
    public int? MaxAttempts { get; set; }

    internal IReconnectPolicy CreatePolicy() => Enabled ? new ExponentialBackoff(BaseDelay, MaxDelay, MaxAttempts) : new NoReconnect();
}

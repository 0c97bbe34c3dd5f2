namespace Realtime.Core.Idempotency;

/// <summary>How the results of events that are handled once are kept.</summary>
public sealed class IdempotencyOptions
{
    /// <summary>Gets or sets how long a claim outlives a server that dies while it handles the event. A running server renews its claims three times in that time.</summary>
    /// <value>Default 30 s: longer than the pauses of a living process, shorter than a user waits. At least 1 s.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how many characters a key of an application may have. A longer one refuses the event.</summary>
    /// <value>Default 256: each is kept for as long as its result.</value>
    public int MaxKeyLength { get; set; } = 256;

    /// <summary>Gets or sets how long the store in memory knows a result, from when it was last written.</summary>
    /// <value>Default 24 h: a phone that lay in a drawer overnight sends its message once.</value>
    public TimeSpan Retention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Gets or sets how long the store in memory knows a result even when it is full. Until then the events of new keys are refused with <c>buffer_full</c>.</summary>
    /// <value>Default 2 min: as long as clients usually repeat what was not acknowledged. At most <see cref="Retention"/>.</value>
    public TimeSpan MinRetention { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets or sets how many keys the store in memory keeps. Beyond it the oldest results that are past <see cref="MinRetention"/> are forgotten.</summary>
    /// <value>Default 100,000: about 30 MB with short keys and results, and more than 800 new keys per second over the two minutes in which none is forgotten.</value>
    public int MaxKeys { get; set; } = 100_000;

    /// <summary>Gets or sets how many bytes of keys and results the store in memory keeps. Treated as <see cref="MaxKeys"/>, when a new key comes: results of handlers that run then may exceed it.</summary>
    /// <value>Default 64 MiB.</value>
    public long MaxBytes { get; set; } = 64 * 1024 * 1024;
}

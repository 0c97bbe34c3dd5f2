namespace Realtime.Client;

/// <summary>How much of one namespace waits to be sent, because it is not connected or because the network is slow. Where the server grants a session, as many bytes again may wait for their acknowledgement.</summary>
public sealed class EmitBufferOptions
{
    /// <summary>Gets or sets the largest number of events.</summary>
    /// <value>Default 1,000.</value>
    public int MaxCount { get; set; } = 1000;

    /// <summary>Gets or sets the largest number of bytes.</summary>
    /// <value>Default 1 MiB, what the server holds for a client too.</value>
    public int MaxBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets what happens to an event beyond that.</summary>
    /// <value>Default <see cref="EmitBufferFullMode.Refuse"/>: who emits learns at once that nothing is lost silently.</value>
    public EmitBufferFullMode FullMode { get; set; } = EmitBufferFullMode.Refuse;
}

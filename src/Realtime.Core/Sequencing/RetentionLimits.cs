namespace Realtime.Core.Sequencing;

/// <summary>How much the log of a room keeps. What goes beyond is dropped, oldest first; whoever still needed it is told of a gap.</summary>
/// <remarks>Immutable.</remarks>
public sealed record RetentionLimits
{
    /// <summary>Gets how long an entry is kept, and a log that nobody holds open.</summary>
    /// <value>Default 3 minutes: the resume window of 2 minutes and, before it begins, the minute in which a loss may not be noticed, twice (interval + timeout) of the heartbeat.</value>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>Gets how many entries a room keeps.</summary>
    /// <value>Default 10,000: 83 messages a second for two minutes.</value>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>Gets how many bytes of payload a room keeps. The newest entry always stays, whatever its size.</summary>
    /// <value>Default 1 MiB: as much as may wait for one connection.</value>
    public long MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>Gets how many logs are kept that nobody holds open. Beyond it those that were closed first go, and whoever comes back for one is told of a gap.</summary>
    /// <value>Default 400,000: four rooms for each of 100,000 clients that are away.</value>
    public int MaxClosedLogs { get; init; } = 400_000;

    /// <summary>Gets how many bytes of payload all rooms of a node keep together.</summary>
    /// <value>Default 256 MiB.</value>
    public long MaxTotalBytes { get; init; } = 256L * 1024 * 1024;
}

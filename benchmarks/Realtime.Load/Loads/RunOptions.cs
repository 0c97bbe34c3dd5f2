namespace Realtime.Load.Loads;

/// <summary>How long and how large; the defaults are those of a full run.</summary>
internal sealed record RunOptions
{
    /// <summary>CPU time of the server before the measurement.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(3);

    public int RoomMembers { get; init; } = 19_000;

    public int IdleConnections { get; init; } = 10_000;

    /// <summary>Whole ping intervals take long; a run can do without.</summary>
    public bool MeasureHeartbeats { get; init; } = true;
}

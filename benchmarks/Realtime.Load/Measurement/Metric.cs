namespace Realtime.Load.Measurement;

/// <summary>Names of the figures in the raw results.</summary>
internal static class Metric
{
    /// <summary>Server CPU per request or delivery, microseconds.</summary>
    public const string Cpu = "cpu_us";

    /// <summary>The generator's own CPU per request or delivery, microseconds.</summary>
    public const string LoadCpu = "load_cpu_us";

    public const string ServerBusy = "server_busy_percent";
    public const string LoadBusy = "load_busy_percent";

    /// <summary>What all other processes used, percent of a core.</summary>
    public const string OthersBusy = "others_busy_percent";

    /// <summary>Requests or deliveries per second.</summary>
    public const string Rate = "rate";

    public const string LatencyMedian = "p50_us";
    public const string Latency99 = "p99_us";
    public const string Latency999 = "p999_us";

    public const string Latency99WithSlowReaders = "p99_us_slow_readers";

    /// <summary>The median of the pairs: 99th percentile of the others with slow readers, over that without.</summary>
    public const string SlowReaderRatio = "slow_reader_ratio";

    /// <summary>From the publication to the last delivery, milliseconds.</summary>
    public const string TimeToLast = "last_ms";

    public const string ConnectCpu = "connect_cpu_us";

    /// <summary>Resident memory per idle connection, kilobytes.</summary>
    public const string Memory = "kb";

    public const string MemoryGrowth = "growth_kb";
    public const string MemoryAfterPings = "kb_after_pings";

    /// <summary>CPU of the heartbeats, percent of a core.</summary>
    public const string HeartbeatBusy = "heartbeat_percent";

    public const string HeartbeatSeconds = "heartbeat_interval_s";
    public const string PingsPerConnection = "pings_per_connection";
}

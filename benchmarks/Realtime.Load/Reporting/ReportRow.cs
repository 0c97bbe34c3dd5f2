using Realtime.Load.Measurement;

namespace Realtime.Load.Reporting;

/// <summary>One figure of one load as the report shows it, with the goals for the ratio of ours to a peer's.</summary>
internal sealed record ReportRow(string Load, string Figure, string Title)
{
    public double? GoalAgainstNode { get; init; }

    public double? GoalAgainstSignalR { get; init; }

    /// <summary>The goal for our own figure, where a ratio says nothing.</summary>
    public double? Goal { get; init; }

    /// <summary>The goal for what several servers do over a backplane, against either peer with its own.</summary>
    public const double GoalOfCluster = 0.6;

    /// <summary>The figures that have goals (design/performance.md).</summary>
    public static IReadOnlyList<ReportRow> Main { get; } =
    [
        new("echo", Metric.Cpu, "echo with ack, saturated, 100 x 1 in flight: CPU us") { GoalAgainstNode = 0.45, GoalAgainstSignalR = 0.65 },
        new("echo-pipelined", Metric.Cpu, "echo with ack, saturated, 100 x 16 in flight: CPU us") { GoalAgainstNode = 0.45, GoalAgainstSignalR = 0.65 },
        new("echo-rate", Metric.Cpu, "echo with ack, 10,000/s: CPU us") { GoalAgainstNode = 0.6, GoalAgainstSignalR = 0.4 },
        new("broadcast-1", Metric.Cpu, "broadcast to 1,000, one in flight: CPU us per delivery"),
        new("broadcast-16", Metric.Cpu, "broadcast to 1,000, sixteen in flight: CPU us per delivery") { GoalAgainstNode = 0.06, GoalAgainstSignalR = 0.25 },
        new("conversation", Metric.Cpu, "sixteen of 1,000 members publish one each: CPU us per delivery"),
        new("broadcast-rate", Metric.Cpu, "broadcast to 1,000 at 50/s: CPU us per delivery") { GoalAgainstNode = 0.5, GoalAgainstSignalR = 0.48 },
        new("room", Metric.TimeToLast, "large room: time to the last delivery, ms") { GoalAgainstNode = 0.42, GoalAgainstSignalR = 0.25 },
        new("idle", Metric.Memory, "idle connection: KB of RSS") { GoalAgainstNode = 0.75, GoalAgainstSignalR = 0.4 },
        new("idle", Metric.MemoryGrowth, "idle connection: growth after one broadcast, KB") { Goal = 0.05 },
        new("connect", Metric.ConnectCpu, "CPU us per connect") { GoalAgainstNode = 0.45, GoalAgainstSignalR = 0.65 },
        new("idle", Metric.ConnectCpu, "CPU us per connect, the first 10,000 of a process"),
        new("idle", Metric.HeartbeatBusy, "heartbeats of the idle connections: % of a core") { GoalAgainstNode = 0.55, GoalAgainstSignalR = 0.2 },
        new("slow-readers", Metric.SlowReaderRatio, "1 % slow readers: p99 of the others, with over without") { Goal = 1.25 },
    ];

    /// <summary>What else was measured: for the reader who wants to judge the main figures.</summary>
    public static IReadOnlyList<ReportRow> More { get; } =
    [
        new("echo", Metric.Rate, "echo, 100 x 1: requests/s"),
        new("echo", Metric.ServerBusy, "echo, 100 x 1: server busy, %"),
        new("echo", Metric.LoadCpu, "echo, 100 x 1: generator CPU us"),
        new("echo", Metric.LoadBusy, "echo, 100 x 1: generator busy, %"),
        new("echo-pipelined", Metric.Rate, "echo, 100 x 16: requests/s"),
        new("echo-pipelined", Metric.ServerBusy, "echo, 100 x 16: server busy, %"),
        new("echo-pipelined", Metric.LoadCpu, "echo, 100 x 16: generator CPU us"),
        new("echo-pipelined", Metric.LoadBusy, "echo, 100 x 16: generator busy, %"),
        new("echo-rate", Metric.LatencyMedian, "echo, 10,000/s: latency p50, us"),
        new("echo-rate", Metric.Latency99, "echo, 10,000/s: latency p99, us"),
        new("echo-rate", Metric.Latency999, "echo, 10,000/s: latency p99.9, us"),
        new("broadcast-1", Metric.Rate, "broadcast, one in flight: deliveries/s"),
        new("broadcast-1", Metric.ServerBusy, "broadcast, one in flight: server busy, %"),
        new("broadcast-1", Metric.LoadCpu, "broadcast, one in flight: generator CPU us"),
        new("broadcast-1", Metric.LoadBusy, "broadcast, one in flight: generator busy, %"),
        new("broadcast-16", Metric.Rate, "broadcast, sixteen in flight: deliveries/s"),
        new("broadcast-16", Metric.ServerBusy, "broadcast, sixteen in flight: server busy, %"),
        new("broadcast-16", Metric.LoadCpu, "broadcast, sixteen in flight: generator CPU us"),
        new("broadcast-16", Metric.LoadBusy, "broadcast, sixteen in flight: generator busy, %"),
        new("conversation", Metric.Rate, "conversation: deliveries/s"),
        new("conversation", Metric.ServerBusy, "conversation: server busy, %"),
        new("conversation", Metric.LoadCpu, "conversation: generator CPU us"),
        new("conversation", Metric.LoadBusy, "conversation: generator busy, %"),
        new("broadcast-rate", Metric.LatencyMedian, "broadcast, 50/s: latency p50, us"),
        new("broadcast-rate", Metric.Latency99, "broadcast, 50/s: latency p99, us"),
        new("slow-readers", Metric.Latency99, "without slow readers: p99, us"),
        new("slow-readers", Metric.Latency99WithSlowReaders, "with 1 % slow readers: p99 of the others, us"),
        new("room", Metric.Cpu, "large room: CPU us per delivery"),
        new("room", Metric.LoadBusy, "large room: generator busy, %"),
        new("idle", Metric.MemoryAfterPings, "idle connection: KB of RSS after the first pings"),
        new("idle", Metric.LoadCpu, "connect: generator CPU us"),
        new("idle", Metric.HeartbeatSeconds, "heartbeats: interval, s"),
        new("idle", Metric.PingsPerConnection, "heartbeats: pings per connection in the window"),
    ];
}

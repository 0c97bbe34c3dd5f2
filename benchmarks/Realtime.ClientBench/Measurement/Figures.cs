namespace Realtime.ClientBench.Measurement;

/// <summary>The names of the figures in the raw results.</summary>
internal static class Figures
{
    public const string Cpu = "cpuMicrosecondsPerEcho";
    public const string UserCpu = "userMicrosecondsPerEcho";
    public const string Allocated = "allocatedBytesPerEcho";
    public const string PerSecond = "echoesPerSecond";
    public const string Busy = "percentOfCore";
    public const string Echoes = "echoes";
    public const string Reconnect = "millisecondsFromReady";
    public const string Shortest = "shortestMillisecondsFromReady";
    public const string Longest = "longestMillisecondsFromReady";
    public const string FromKill = "millisecondsFromKill";
    public const string Down = "millisecondsDown";
    public const string Samples = "samples";
}

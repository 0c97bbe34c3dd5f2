using System.Diagnostics;
using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

/// <summary>Lasts until the server has used so much CPU: on a shared machine, time alone would end before its compiler has done its work.</summary>
internal static class Warmup
{
    private const int Patience = 4;

    public static void Run(ServerProcess server, TimeSpan cpu, Action step)
    {
        var start = Stopwatch.GetTimestamp();
        var cpuAtStart = server.CpuTime;
        while (server.CpuTime - cpuAtStart < cpu && Stopwatch.GetElapsedTime(start) < cpu * Patience)
        {
            step();
        }
    }
}

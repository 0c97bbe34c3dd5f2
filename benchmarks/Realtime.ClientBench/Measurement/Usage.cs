using System.Diagnostics;

namespace Realtime.ClientBench.Measurement;

/// <summary>What this process has used up to a moment, or between two.</summary>
internal sealed record Usage(long Echoes, TimeSpan UserCpu, TimeSpan KernelCpu, long AllocatedBytes, TimeSpan Elapsed)
{
    private static readonly long s_start = Stopwatch.GetTimestamp();

    public static Usage Now(long echoes)
    {
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage;
        return new Usage(echoes, cpu.UserTime, cpu.PrivilegedTime, allocated, Stopwatch.GetElapsedTime(s_start));
    }

    public static Usage operator -(Usage end, Usage start) => new(
        end.Echoes - start.Echoes,
        end.UserCpu - start.UserCpu,
        end.KernelCpu - start.KernelCpu,
        end.AllocatedBytes - start.AllocatedBytes,
        end.Elapsed - start.Elapsed);
}

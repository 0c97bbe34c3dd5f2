using System.Globalization;
using Realtime.Load.Network;

namespace Realtime.Load.Measurement;

/// <summary>What the kernel knows about the processes of a server, of which a cluster has several: CPU time to the nanosecond and resident memory, in all.</summary>
internal sealed class ServerProcess(params IReadOnlyList<int> ids)
{
    private const int SchedulerClock = 2;

    /// <summary>
    /// The scheduler's account of all threads, those that ended included. It is the sum of <c>/proc/ID/task/*/schedstat</c>, which forgets ended threads.
    /// </summary>
    public TimeSpan CpuTime => TimeSpan.FromTicks(ids.Sum(static id => CpuTimeOf(id).Ticks));

    public long ResidentKilobytes => ids.Sum(ResidentKilobytesOf);

    private static unsafe TimeSpan CpuTimeOf(int id)
    {
        TimeSpec time;
        // CPUCLOCK_SCHED of a process, as clock_getcpuclockid composes it.
        if (LinuxCalls.ReadClock((~id << 3) | SchedulerClock, &time) != 0)
        {
            throw new LoadFailure($"process {id} is gone");
        }

        return TimeSpan.FromMicroseconds(time.TotalNanoseconds / 1000.0);
    }

    private static long ResidentKilobytesOf(int id)
    {
        foreach (var line in File.ReadLines($"/proc/{id}/status"))
        {
            if (line.StartsWith("VmRSS:", StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan("VmRSS:".Length, line.Length - "VmRSS: kB".Length), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
            }
        }

        throw new LoadFailure($"process {id} has no resident memory");
    }
}

using System.Globalization;

namespace Realtime.Load.Measurement;

/// <summary>What all cores together have done, whoever asked for it.</summary>
internal static class MachineCpu
{
    private const int TicksPerSecond = 100;

    // In /proc/stat: user, nice, system, (idle, iowait,) irq, softirq, steal.
    private static readonly int[] BusyColumns = [1, 2, 3, 6, 7, 8];

    public static TimeSpan Busy
    {
        get
        {
            var columns = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ticks = BusyColumns.Sum(column => long.Parse(columns[column], CultureInfo.InvariantCulture));
            return TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
        }
    }
}

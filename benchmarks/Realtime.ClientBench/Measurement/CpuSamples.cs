using System.Globalization;

namespace Realtime.ClientBench.Measurement;

/// <summary>The CPU of another process over time, from <c>/proc</c>: its average and its busiest second.</summary>
/// <remarks>Confined to one flow, except <see cref="Take"/>, which one other calls at a time.</remarks>
internal sealed class CpuSamples(int process)
{
    private const double TicksPerSecond = 100; // of /proc/PID/stat, on every Linux that .NET runs on
    private const int UserField = 11; // behind the name: utime, then stime
    private readonly List<(TimeSpan At, double Seconds)> _samples = [];

    internal void Take(TimeSpan at)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[UserField], CultureInfo.InvariantCulture) + long.Parse(fields[UserField + 1], CultureInfo.InvariantCulture);
            _samples.Add((at, ticks / TicksPerSecond));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has been killed.
        }
    }

    /// <summary>Gets the percentage of a core that was used in a span.</summary>
    internal double Average(TimeSpan from, TimeSpan to)
    {
        var inside = _samples.FindAll(sample => sample.At >= from && sample.At <= to);
        return inside.Count < 2 ? 0 : 100 * (inside[^1].Seconds - inside[0].Seconds) / (inside[^1].At - inside[0].At).TotalSeconds;
    }

    /// <summary>Gets the percentage of a core that was used in the busiest second of a span.</summary>
    internal double Peak(TimeSpan from, TimeSpan to)
    {
        var peak = 0.0;
        for (var i = 0; i < _samples.Count; i++)
        {
            var end = _samples.FindIndex(i, sample => sample.At >= _samples[i].At + TimeSpan.FromSeconds(1));
            if (end < 0 || _samples[end].At > to)
            {
                break;
            }

            if (_samples[i].At >= from)
            {
                peak = Math.Max(peak, 100 * (_samples[end].Seconds - _samples[i].Seconds) / (_samples[end].At - _samples[i].At).TotalSeconds);
            }
        }

        return peak;
    }
}

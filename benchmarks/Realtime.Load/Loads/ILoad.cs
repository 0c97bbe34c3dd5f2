using Realtime.Load.Measurement;

namespace Realtime.Load.Loads;

internal interface ILoad
{
    /// <summary>Applies the load, verifies every message, and returns the figures by the names of <see cref="Metric"/>.</summary>
    Dictionary<string, double> Run(Fleet fleet, ServerProcess server, RunOptions options);
}

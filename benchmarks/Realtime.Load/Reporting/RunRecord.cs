namespace Realtime.Load.Reporting;

/// <summary>One line of the raw results: one load on one server in one round.</summary>
internal sealed record RunRecord(string Server, string Load, int Round, Dictionary<string, double> Metrics);

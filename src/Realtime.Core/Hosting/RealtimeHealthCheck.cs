using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Realtime.Core.Hosting;

/// <summary>Healthy while every server of the application accepts connections; it reports how many each has.</summary>
/// <remarks>Thread-safe. Resolved from the container of the application.</remarks>
public sealed class RealtimeHealthCheck : IHealthCheck
{
    private readonly IEnumerable<RealtimeServerName> _names;
    private readonly RealtimeServers _servers;

    internal RealtimeHealthCheck(IEnumerable<RealtimeServerName> names, RealtimeServers servers)
    {
        _names = names;
        _servers = servers;
    }

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var data = new Dictionary<string, object>();
        bool healthy = true;
        foreach (RealtimeServerName name in _names.DistinctBy(static name => name.Value))
        {
            RealtimeServer server = _servers.Get(name.Value);
            healthy &= !server.Engine.IsStopped;
            data[$"connections{(name.Value.Length > 0 ? ":" + name.Value : "")}"] = server.Engine.Count;
        }

        return Task.FromResult(healthy ? HealthCheckResult.Healthy("Accepting connections.", data) : new HealthCheckResult(context.Registration.FailureStatus, "Stopping.", null, data));
    }
}

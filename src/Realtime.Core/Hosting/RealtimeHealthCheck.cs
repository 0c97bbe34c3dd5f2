using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Realtime.Core.Hosting;

/// <summary>
/// Healthy while every server of the application accepts connections; it reports how many each has. Degraded while the backplane of one does not answer: its clients stay connected, and it goes on by
/// itself, so it should neither be restarted nor taken out of the balance.
/// </summary>
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
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var data = new Dictionary<string, object>();
        bool accepts = true;
        var away = new List<string>();
        foreach (RealtimeServerName name in _names.DistinctBy(static name => name.Value))
        {
            RealtimeServer server = _servers.Get(name.Value);
            accepts &= !server.Engine.IsStopped;
            data[$"connections{(name.Value.Length > 0 ? ":" + name.Value : "")}"] = server.Engine.Count;
            if (!server.Engine.IsStopped && !await server.IsBackplaneAvailableAsync(cancellationToken).ConfigureAwait(false))
            {
                away.Add($"'{name.Value}'");
            }
        }

        return !accepts ? new HealthCheckResult(context.Registration.FailureStatus, "Stopping.", null, data)
            : away.Count > 0 ? HealthCheckResult.Degraded($"The backplane does not answer: {string.Join(", ", away)}.", null, data)
            : HealthCheckResult.Healthy("Accepting connections.", data);
    }
}

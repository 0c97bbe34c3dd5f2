using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Realtime.Redis.SocketIO;

/// <summary>Healthy while every server that has the adapter is connected to Redis. Without it a node goes on for its own clients, so the default is to be degraded.</summary>
/// <remarks>Thread-safe. Resolved from the container: <c>AddHealthChecks().AddCheck&lt;SocketIORedisHealthCheck&gt;("socketio-redis", HealthStatus.Degraded)</c>.</remarks>
public sealed class SocketIORedisHealthCheck : IHealthCheck
{
    private readonly SocketIORedisConnection[] _connections;

    internal SocketIORedisHealthCheck(IEnumerable<SocketIORedisConnection> connections) => _connections = [.. connections];

    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        string[] lost = [.. _connections.Where(static connection => !connection.IsConnected).Select(static connection => connection.ServerName)];
        return Task.FromResult(lost.Length == 0
            ? HealthCheckResult.Healthy("Connected to Redis.")
            : new HealthCheckResult(context.Registration.FailureStatus, $"Not connected to Redis: {string.Join(", ", lost.Select(static name => $"'{name}'"))}."));
    }
}

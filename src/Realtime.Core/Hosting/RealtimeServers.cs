using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.Core.Backplane;
using Realtime.Core.Idempotency;
using Realtime.Core.Limits;
using Realtime.Core.Presence;
using Realtime.Core.Sessions;
using Realtime.Core.Users;

namespace Realtime.Core.Hosting;

/// <summary>All servers of an application: builds each when it is first asked for, starts and stops them with the host.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RealtimeServers : IHostedLifecycleService, IAsyncDisposable, IDisposable
{
    private readonly Dictionary<string, Lazy<RealtimeServer>> _servers;

    public RealtimeServers(IServiceProvider services, IEnumerable<RealtimeServerName> names) =>
        _servers = names.DistinctBy(static name => name.Value).ToDictionary(static name => name.Value, name => new Lazy<RealtimeServer>(() => Build(services, name.Value)));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (Lazy<RealtimeServer> server in _servers.Values)
        {
            await server.Value.StartAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Before any service stops: a web server waits for its connections, and these end only when they are closed here.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (Lazy<RealtimeServer> server in _servers.Values.Where(static server => server.IsValueCreated))
        {
            server.Value.CloseConnections();
        }

        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (Lazy<RealtimeServer> server in _servers.Values.Where(static server => server.IsValueCreated))
        {
            await server.Value.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<RealtimeServer> server in _servers.Values.Where(static server => server.IsValueCreated))
        {
            await server.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>As that of <see cref="RealtimeServer"/>.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Gets the server without a name, or the first when all have one.</summary>
    internal RealtimeServer GetDefault() => (_servers.GetValueOrDefault("") ?? _servers.First().Value).Value;

    internal RealtimeServer Get(string name) => _servers.TryGetValue(name, out Lazy<RealtimeServer>? server)
        ? server.Value
        : throw new InvalidOperationException($"No server named '{name}' was added. Call AddRealtime(\"{name}\") first.");

    private static RealtimeServer Build(IServiceProvider services, string name) => Build(services, name, services.GetRequiredService<IOptionsMonitor<RealtimeOptions>>().Get(name));

    private static RealtimeServer Build(IServiceProvider services, string name, RealtimeOptions options) => new(
        name,
        options,
        services,
        services.GetServices<NamespaceSetup>().Where(setup => setup.ServerName == name),
        AuthenticatorSetup.Build(services, name, options.Authentication),
        services.GetKeyedService<IBackplane>(name) ?? new LocalBackplane(options.Recovery.Retention, services.GetRequiredService<TimeProvider>()),
        services.GetKeyedService<IIdempotencyStore>(name),
        services.GetKeyedService<ISessionStore>(name),
        services.GetKeyedService<IConnectionDirectory>(name),
        services.GetKeyedService<IPresenceStore>(name) ?? new MemoryPresenceStore(),
        services.GetKeyedService<IRateLimitStore>(name),
        services.GetService<System.Diagnostics.Metrics.IMeterFactory>(),
        services.GetService<ILoggerFactory>() ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
        services.GetRequiredService<TimeProvider>());
}

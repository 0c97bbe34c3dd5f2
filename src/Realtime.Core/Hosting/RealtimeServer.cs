using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Idempotency;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Sessions;

namespace Realtime.Core.Hosting;

/// <summary>One server: puts the parts together, starts and stops them in order.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RealtimeServer : IRealtimeServer, IBackplaneReceiver, IAsyncDisposable, IDisposable
{
    private readonly IBackplane _backplane;
    private readonly RealtimeMeter _meter;
    private readonly NamespaceTable _namespaces;
    private readonly SessionRevoker _revoker;
    private readonly NamespaceCatalog _catalog;
    private readonly PayloadSerializer _serializer;
    private readonly MemorySessionStore? _ownSessions;
    private readonly ISessionStore _sessions;
    private Task[] _running = [];
    private int _closed;
    private int _stopped;

    internal RealtimeServer(
        string name,
        RealtimeOptions options,
        IServiceProvider services,
        IEnumerable<NamespaceSetup> setups,
        Authenticators authenticators,
        IBackplane backplane,
        IIdempotencyStore? results,
        ISessionStore? sessions,
        IMeterFactory? meterFactory,
        ILoggerFactory loggerFactory,
        TimeProvider timeProvider)
    {
        Name = name;
        Options = options;
        _backplane = backplane;
        _meter = new RealtimeMeter(meterFactory, name);
        ILogger logger = loggerFactory.CreateLogger("Realtime"); // frozen: users filter by it
        NamespaceCatalog catalog = _catalog = new NamespaceCatalog { CleanupEmptyChildNamespaces = options.CleanupEmptyChildNamespaces };
        foreach (NamespaceSetup setup in setups)
        {
            setup.Apply(catalog);
        }

        var router = new PacketRouter(options.PacketLimits, options.Connections.ConnectTimeout, options.MaxWaitingEvents);
        Engine = new ConnectionEngine(options.Connections, router, _meter, logger, timeProvider);
        var limits = new ServerLimits(options.Limits, timeProvider, Engine.Wheel);
        Engine.Admission = limits.Handshakes;
        _serializer = new PayloadSerializer(options.Json);
        var environment = new NamespaceEnvironment(
            services, backplane, options.Codec, _serializer, options.FanOut, _meter, Engine.Wheel, timeProvider, logger, options.AckTimeout, options.SendErrorEvents,
            authenticators, limits, Engine.Congestion, results ?? new MemoryIdempotencyStore(options.Idempotency, timeProvider), options.Idempotency,
            new RecoveryEnvironment(options.Recovery, sessions ?? (_ownSessions = new MemorySessionStore(options.Recovery.Sessions, timeProvider)), backplane, timeProvider));
        _namespaces = new NamespaceTable(catalog, environment);
        _revoker = new SessionRevoker(Engine, _namespaces, authenticators, backplane, timeProvider, logger);
        router.Start(environment, _namespaces);
        _sessions = environment.Recovery.Store;
        _meter.AddGauge("realtime.limits.partitions", "{partition}", "Allowances of rate limits that exist.", () => limits.PartitionCount);
        _meter.AddGauge("realtime.limits.users", "{user}", "Users whose connections are counted.", () => limits.Users?.Count ?? 0);
        _meter.AddGauge("realtime.limits.places", "{connection}", "Connections that are counted because they are limited.", () => Engine.PlaceCount);
        _meter.AddGauge("realtime.connections.congested", "{connection}", "Connections whose clients are behind.", () => Engine.Congestion.Count);
        _meter.AddGauge("realtime.outbound.bytes", "By", "Bytes that wait to be sent.", () => Engine.Connections.Sum(static connection => connection.Outbound.BufferedBytes));
        _meter.AddGauge("realtime.sessions", "{connection}", "Connections that are known by their id, those that are closing included.", () => Engine.Count);
        _meter.AddGauge("realtime.timers", "{timer}", "Deadlines that are pending.", () => Engine.Wheel.Count);
        _meter.AddGauge("realtime.acks.pending", "{ack}", "Acknowledgements that clients owe.", () => _namespaces.All.Sum(static found => found.Sockets.Sum(static socket => (long)socket.Acks.Count)));
    }

    public string Name { get; }

    public RealtimeOptions Options { get; }

    public ConnectionEngine Engine { get; }

    public IEnumerable<RealtimeNamespace> Namespaces => _namespaces.All.Select(static found => found.Public);

    public RealtimeNamespace Of(string name) => _namespaces.Find(Identifiers.NamespacePath.Parse(name))?.Public
        ?? throw new KeyNotFoundException($"There is no namespace '{name}'. Add it with AddNamespace.");

    public IDisposable BeginBatch() => new EmitBatch();

    public ValueTask RevokeAsync(Revocation revocation, CancellationToken cancellationToken) => _revoker.PublishAsync(revocation, cancellationToken);

    public ReadOnlyMemory<byte> ExportSchema() => ServerSchema.Export(_catalog, _serializer);

    public ValueTask OnPublicationAsync(Publication publication) =>
        publication.Revocation is { } revocation ? RevokeAsync(revocation) : _namespaces.Find(publication.Namespace)?.ApplyAsync(publication) ?? default;

    public PlacedPublication Place(Publication publication, PublishResult result) =>
        _namespaces.Find(publication.Namespace)?.Place(publication, result) ?? PlacedNowhere.Instance;

    // First those that are here, whose sessions end with their sockets, then those that are away.
    private async ValueTask RevokeAsync(Revocation revocation)
    {
        await _revoker.Apply(revocation).ConfigureAwait(false);
        if (revocation.UserId is { } userId)
        {
            await _sessions.RemoveUserAsync(path: null, userId, CancellationToken.None).ConfigureAwait(false);
        }
    }

    internal async Task StartAsync(CancellationToken cancellationToken) => await _backplane.StartAsync(this, cancellationToken).ConfigureAwait(false);

    internal void CloseConnections()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            // The stop ends the sockets, which takes them out of their namespaces and runs what the application does at their end: so they are listed
            // before it and asked behind it.
            RealtimeSocket[] sockets = [.. _namespaces.All.SelectMany(static found => found.Sockets)];
            Engine.Stop(told: ReconnectNotice.Send(sockets, Options.Recovery));
            _running = [.. sockets.Select(static socket => socket.Inbox.Running), .. _namespaces.All.SelectMany(static found => found.Recovery.Running)];
        }
    }

    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0)
        {
            return;
        }

        // First no more clients, then what the handlers still do, with the backplane still there for what they emit.
        CloseConnections();
        try
        {
            await Task.WhenAll(_running).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The host gives no more time.
        }

        await HandOverAsync().ConfigureAwait(false);
        await _backplane.DisposeAsync().ConfigureAwait(false);
    }

    // What the handlers did is stored by now: whoever takes a session up from here on has nobody to ask.
    private async Task HandOverAsync()
    {
        foreach (Namespace found in _namespaces.All)
        {
            await found.Recovery.HandOverAsync().ConfigureAwait(false);
        }
    }

    /// <summary>For a container that is disposed of synchronously: it refuses to be when a service can only be disposed of asynchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        using var noTime = new CancellationTokenSource();
        await noTime.CancelAsync().ConfigureAwait(false);
        await StopAsync(noTime.Token).ConfigureAwait(false);
        Engine.Dispose();
        _meter.Dispose();
        _ownSessions?.Dispose();
    }
}

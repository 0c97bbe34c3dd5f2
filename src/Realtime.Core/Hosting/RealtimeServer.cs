using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Idempotency;
using Realtime.Core.Identifiers;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Presence;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Presence;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;
using Realtime.Core.Users;

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
    private readonly IConnectionDirectory? _directory;
    private readonly TouchTimer _touches;
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
        IConnectionDirectory? directory,
        IPresenceStore presence,
        IRateLimitStore? rates,
        IMeterFactory? meterFactory,
        ILoggerFactory loggerFactory,
        TimeProvider timeProvider)
    {
        Name = name;
        Options = options;
        _backplane = backplane;
        _directory = directory;
        _meter = new RealtimeMeter(meterFactory, name);
        ILogger logger = loggerFactory.CreateLogger("Realtime"); // frozen: users filter by it
        NamespaceCatalog catalog = _catalog = new NamespaceCatalog { CleanupEmptyChildNamespaces = options.CleanupEmptyChildNamespaces };
        foreach (NamespaceSetup setup in setups)
        {
            setup.Apply(catalog);
        }

        var router = new PacketRouter(options.PacketLimits, options.Connections.ConnectTimeout, options.MaxWaitingEvents);
        Engine = new ConnectionEngine(options.Connections, router, _meter, logger, timeProvider);
        var limits = new ServerLimits(options.Limits, timeProvider, Engine.Wheel, rates);
        Engine.Admission = limits.Handshakes;
        _serializer = new PayloadSerializer(options.Json);
        var environment = new NamespaceEnvironment(
            services, backplane, options.Codec, _serializer, options.FanOut, _meter, Engine.Wheel, timeProvider, logger, options.AckTimeout, options.SendErrorEvents,
            authenticators, limits, Engine.Congestion, results ?? new MemoryIdempotencyStore(options.Idempotency, timeProvider), options.Idempotency,
            new RecoveryEnvironment(options.Recovery, sessions ?? (_ownSessions = new MemorySessionStore(options.Recovery.Sessions, timeProvider)), backplane, timeProvider))
        {
            Listed = directory is null ? null : new ListedSockets(directory, options.Limits, timeProvider),
            Presence = presence,
            PresenceOptions = options.Presence,
        };
        _namespaces = new NamespaceTable(catalog, environment);
        presence.Start(new NodePresence(_namespaces));
        _revoker = new SessionRevoker(Engine, _namespaces, authenticators, backplane, environment.Recovery.Store, timeProvider, logger);
        router.Start(environment, _namespaces);
        _touches = new TouchTimer(_namespaces, environment.Recovery);
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

    public RealtimeNamespace Of(string name) => _namespaces.Find(NamespacePath.Parse(name))?.Public
        ?? throw new KeyNotFoundException($"There is no namespace '{name}'. Add it with AddNamespace.");

    public IDisposable BeginBatch() => new EmitBatch();

    PublicationBatch IBackplaneReceiver.BeginBatch() => new ReceivedBatch();

    public ValueTask RevokeAsync(Revocation revocation, CancellationToken cancellationToken) => _revoker.PublishAsync(revocation, cancellationToken);

    public ValueTask DisconnectUserAsync(string userId, bool closeConnections, CancellationToken cancellationToken) =>
        _revoker.PublishDisconnectAsync(userId, closeConnections, cancellationToken);

    public ValueTask<IReadOnlyList<UserConnection>> FindConnectionsAsync(string userId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        return _directory?.FindAsync(userId, cancellationToken) ?? new(OwnConnections.Find(_namespaces, userId));
    }

    public ReadOnlyMemory<byte> ExportSchema() => ServerSchema.Export(_catalog, _serializer);

    public ValueTask OnPublicationAsync(Publication publication) =>
        publication.Revocation is { } revocation ? _revoker.ApplyAsync(publication, revocation) : _namespaces.Find(publication.Namespace)?.ApplyAsync(publication) ?? default;

    public PlacedPublication Place(Publication publication, PublishResult result) =>
        _namespaces.Find(publication.Namespace)?.Place(publication, result) ?? PlacedNowhere.Instance;

    public void Interrupt(NamespacePath path, string room, StreamPosition head) => _namespaces.Find(path)?.Recovery.Rooms.Interrupt(room, head);

    internal ValueTask<bool> IsBackplaneAvailableAsync(CancellationToken cancellationToken) => _backplane.IsAvailableAsync(cancellationToken);

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        (_backplane as IClusterBackplane)?.Attach(new ClusterNode(_namespaces));
        await _backplane.StartAsync(this, cancellationToken).ConfigureAwait(false);
        _touches.Start();
    }

    internal void CloseConnections()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            foreach (Namespace found in _namespaces.All)
            {
                found.Index.Deferred.Current?.SendAll(); // whoever has published it was told
            }

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

        _touches.Dispose();

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

        try
        {
            await HandOverAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(_namespaces.All.Select(static found => found.Presence?.DisposeAsync().AsTask() ?? Task.CompletedTask)).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // As above: the sessions are taken up without it, when their leases have run out.
        }
        finally
        {
            await _backplane.DisposeAsync().ConfigureAwait(false);
        }
    }

    // What the handlers did is stored by now: whoever takes a session up from here on has nobody to ask.
    private async Task HandOverAsync(CancellationToken cancellationToken)
    {
        foreach (Namespace found in _namespaces.All)
        {
            await found.Recovery.HandOverAsync(cancellationToken).ConfigureAwait(false);
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

using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Client.States;
using Realtime.Client.Transports;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

#pragma warning disable RS0026 // The forms of EmitAsync differ in their first argument, which is never optional: no call can change its meaning.
namespace Realtime.Client;

/// <summary>A client of a Socket.IO server, of ours or of anybody's. It comes back by itself for as long as it is not told otherwise.</summary>
/// <remarks>
/// <para>Thread-safe. Every member may be called in every state; after <see cref="DisposeAsync"/> what sends or connects throws <see cref="ObjectDisposedException"/>.</para>
/// <para>What it says of events and states is about its main namespace (<see cref="Socket"/>); <see cref="Of"/> gives others on the same connection.</para>
/// </remarks>
public sealed class RealtimeClient : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ClientSocket> _sockets = new(StringComparer.Ordinal);
    private readonly Func<CancellationToken, ValueTask<object?>>? _auth;
    private readonly HttpAccess _http;
    private readonly ClientParts _parts;
    private readonly NetworkAvailabilityChangedEventHandler? _onNetwork;
    private bool _disposed;

    internal RealtimeClient(Uri server, ClientSetup setup)
    {
        RealtimeClientOptions options = setup.Options;
        ILogger logger = setup.Loggers.CreateLogger("Realtime.Client");
        var meter = new ClientMeter(setup.Meters);
        _auth = setup.Auth;
        _http = new HttpAccess(options);
        var settings = new SessionSettings(new PacketLimits(options.MaxAttachments), logger, setup.TimeProvider);
        IClientTransportFactory transports = setup.Transports ?? new NetworkTransportFactory(new ServerAddress(server, options), _http, options.MaxMessageBytes);
        var connector = new SessionConnector(transports, new TransportChoice(options.Transports), settings);
        var driver = new ConnectionDriver(connector, setup.Policy ?? options.Reconnect.CreatePolicy(), options.ConnectTimeout, meter, logger, setup.TimeProvider);
        _parts = new ClientParts(driver, options, new PayloadSerializer(options.Json), OnHandlerFailed, meter, logger, setup.TimeProvider);
        Socket = Of(setup.Namespace);
        meter.AddBufferGauge(() => driver.BufferedBytes);
        if (options.WatchNetwork)
        {
            _onNetwork = (_, change) =>
            {
                if (change.IsAvailable)
                {
                    RetryNow();
                }
            };
            NetworkChange.NetworkAvailabilityChanged += _onNetwork;
        }
    }

    /// <inheritdoc cref="ClientSocket.StateChanged" />
    public event Action<StateChange>? StateChanged
    {
        add => Socket.StateChanged += value;
        remove => Socket.StateChanged -= value;
    }

    /// <summary>Raised when a handler of any namespace throws, or a payload does not fit its type. On the flow of the handlers: the next event waits for it.</summary>
    public event Action<HandlerFailure>? UnhandledException;

    /// <summary>Gets the main namespace.</summary>
    public ClientSocket Socket { get; }

    /// <summary>Gets the state of the main namespace.</summary>
    public ClientState State => Socket.State;

    /// <inheritdoc cref="ClientSocket.Id" />
    public string? Id => Socket.Id;

    /// <inheritdoc cref="ClientSocket.IsRecovered" />
    public bool IsRecovered => Socket.IsRecovered;

    /// <summary>Gets the transport in use, <c>websocket</c> or <c>polling</c>; <see langword="null"/> while there is none.</summary>
    public string? TransportName => _parts.Driver.TransportName;

    /// <inheritdoc cref="ClientSocket.Volatile" />
    public ClientEmitter Volatile => Socket.Volatile;

    /// <summary>Gets a namespace; always the same object for the same name. It is not connected before it is told to (<see cref="ClientSocket.ConnectAsync"/>).</summary>
    /// <param name="path">The name, such as <c>/admin</c>.</param>
    /// <param name="auth">Gives its <c>auth</c> object; that of the client if not given. Counts only when the namespace is asked for the first time.</param>
    /// <returns>The namespace.</returns>
    public ClientSocket Of(string path, Func<CancellationToken, ValueTask<object?>>? auth = null)
    {
        NamespacePath name = NamespacePath.Parse(path);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_sockets.TryGetValue(name.Value, out ClientSocket? socket))
            {
                _sockets[name.Value] = socket = new ClientSocket(name, auth ?? _auth, _parts);
            }

            return socket;
        }
    }

    /// <inheritdoc cref="ClientSocket.ConnectAsync" />
    public Task ConnectAsync(CancellationToken cancellationToken = default) => Socket.ConnectAsync(cancellationToken);

    /// <summary>Disconnects all namespaces.</summary>
    /// <param name="cancellationToken">Ends the goodbye early.</param>
    /// <returns>A task that completes when the connection is closed. <see cref="ConnectAsync"/> may follow.</returns>
    public async Task DisconnectAsync(CancellationToken cancellationToken = default)
    {
        foreach (ClientSocket socket in Sockets())
        {
            await socket.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the wait for the next attempt, if there is one: the network is back, a person has pressed a button.</summary>
    public void RetryNow() => _parts.Driver.RetryNow();

    /// <inheritdoc cref="ClientSocket.RefreshAuthAsync" />
    public ValueTask RefreshAuthAsync(CancellationToken cancellationToken = default) => Socket.RefreshAuthAsync(cancellationToken);

    /// <inheritdoc cref="ClientSocket.On{TPayload}(RealtimeEvent{TPayload}, Action{TPayload})" />
    public IDisposable On<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Action<TPayload> handler) => Socket.On(realtimeEvent, handler);

    /// <inheritdoc cref="ClientSocket.On{TPayload}(RealtimeEvent{TPayload}, Func{TPayload, ValueTask})" />
    public IDisposable On<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Func<TPayload, ValueTask> handler) => Socket.On(realtimeEvent, handler);

    /// <inheritdoc cref="ClientSocket.On{TPayload, TAck}(RealtimeEvent{TPayload, TAck}, Func{TPayload, ValueTask{TAck}})" />
    public IDisposable On<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, Func<TPayload, ValueTask<TAck>> handler) => Socket.On(realtimeEvent, handler);

    /// <inheritdoc cref="ClientSocket.On(string, Func{ClientEventContext, ValueTask})" />
    public IDisposable On(string eventName, Func<ClientEventContext, ValueTask> handler) => Socket.On(eventName, handler);

    /// <inheritdoc cref="ClientSocket.Once{TPayload}(RealtimeEvent{TPayload}, Action{TPayload})" />
    public IDisposable Once<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Action<TPayload> handler) => Socket.Once(realtimeEvent, handler);

    /// <inheritdoc cref="ClientSocket.OnAny(Func{ClientEventContext, ValueTask})" />
    public IDisposable OnAny(Func<ClientEventContext, ValueTask> handler) => Socket.OnAny(handler);

    /// <inheritdoc cref="ClientSocket.OnAnyOutgoing(Action{OutgoingEvent})" />
    public IDisposable OnAnyOutgoing(Action<OutgoingEvent> listener) => Socket.OnAnyOutgoing(listener);

    /// <inheritdoc cref="ClientSocket.Stream{TPayload}(RealtimeEvent{TPayload}, StreamOptions?)" />
    public IAsyncEnumerable<TPayload> Stream<TPayload>(RealtimeEvent<TPayload> realtimeEvent, StreamOptions? options = null) => Socket.Stream(realtimeEvent, options);

    /// <inheritdoc cref="ClientSocket.WithTimeout(TimeSpan)" />
    public ClientEmitter WithTimeout(TimeSpan ackTimeout) => Socket.WithTimeout(ackTimeout);

    /// <inheritdoc cref="ClientSocket.WithCancellation(CancellationToken)" />
    public ClientEmitter WithCancellation(CancellationToken cancellationToken) => Socket.WithCancellation(cancellationToken);

    /// <inheritdoc cref="ClientSocket.EmitAsync{TPayload}(RealtimeEvent{TPayload}, TPayload, CancellationToken)" />
    public ValueTask EmitAsync<TPayload>(RealtimeEvent<TPayload> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default) =>
        Socket.EmitAsync(realtimeEvent, payload, cancellationToken);

    /// <inheritdoc cref="ClientSocket.EmitAsync{TPayload, TAck}(RealtimeEvent{TPayload, TAck}, TPayload, CancellationToken)" />
    public ValueTask<TAck> EmitAsync<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default) =>
        Socket.EmitAsync(realtimeEvent, payload, cancellationToken);

    /// <inheritdoc cref="ClientSocket.EmitAsync(string, ReadOnlySpan{object?})" />
    public ValueTask EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => Socket.EmitAsync(eventName, arguments);

    /// <inheritdoc cref="ClientSocket.EmitWithAckAsync(string, ReadOnlySpan{object?})" />
    public ValueTask<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments) => Socket.EmitWithAckAsync(eventName, arguments);

    /// <summary>Disconnects, ends every pending await and every stream, and waits for the handlers of what has come.</summary>
    /// <returns>A task that completes when nothing of the client runs any more. Called inside a handler, it does not wait for that one.</returns>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        if (_onNetwork is not null)
        {
            NetworkChange.NetworkAvailabilityChanged -= _onNetwork;
        }

        foreach (ClientSocket socket in Sockets())
        {
            await socket.CloseAsync().ConfigureAwait(false);
        }

        _http.Dispose();
        _parts.Meter.Dispose();
    }

    private ClientSocket[] Sockets()
    {
        lock (_gate)
        {
            return [.. _sockets.Values];
        }
    }

    private void OnHandlerFailed(HandlerFailure failure)
    {
        try
        {
            UnhandledException?.Invoke(failure);
        }
#pragma warning disable CA1031 // An observer that throws must not end the handling of events.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ClientLog.ObserverFailed(_parts.Logger, exception);
        }
    }
}

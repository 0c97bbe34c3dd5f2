using Realtime.Client.Connections;
using Realtime.Client.Receiving;
using Realtime.Client.States;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

#pragma warning disable RS0026 // The forms of EmitAsync differ in their first argument, which is never optional: no call can change its meaning.
namespace Realtime.Client;

/// <summary>One namespace of a client, with its own events, auth and state. Many share one connection.</summary>
/// <remarks>
/// Thread-safe. Every member may be called in every state; what is emitted while not connected waits. Handlers run in order, one event at a time, off the read loop;
/// one that throws is reported to <see cref="RealtimeClient.UnhandledException"/> and hurts nobody else.
/// </remarks>
#pragma warning disable CA1001 // Ended by CloseAsync, with its client; the source has no timer, so nothing is left to dispose of.
public sealed class ClientSocket
#pragma warning restore CA1001
{
    private readonly SocketAssembly _parts;
    private readonly SocketLink _link;
    private readonly ClientEmitter _emitter;
    private readonly CancellationTokenSource _closed = new();

    internal ClientSocket(NamespacePath path, Func<CancellationToken, ValueTask<object?>>? auth, ClientParts parts)
    {
        _parts = new SocketAssembly(path, auth, parts, change => StateChanged?.Invoke(change));
        _link = _parts.Link;
        _emitter = new ClientEmitter(_link.Sender, path.Value, default);
    }

    /// <summary>Raised on every change of <see cref="State"/> and, while connecting or reconnecting, for every attempt. In order, on the thread pool, one at a time.</summary>
    public event Action<StateChange>? StateChanged;

    /// <summary>Raised when a server of ours says that the token is about to expire, with the time that is left. With <see cref="RealtimeClientOptions.RefreshAuth"/> it is refreshed anyway.</summary>
    public event Action<TimeSpan>? TokenExpiring
    {
        add => _parts.Tokens.Expiring += value;
        remove => _parts.Tokens.Expiring -= value;
    }

    /// <summary>Raised when events are lost that the server cannot give any more, before any later event of their stream is handled. On the flow of the handlers: the next event waits for it.</summary>
    /// <remarks>Only servers of ours number events; see <see cref="RecoveryOptions"/>. What one does: load anew what the events would have told.</remarks>
    public event Action<StreamGap>? Gap
    {
        add => _link.Receiver.Gap += value;
        remove => _link.Receiver.Gap -= value;
    }

    /// <summary>Raised when an event that nobody awaits went out and its session ended before it was acknowledged: it was handled once or not at all. On the thread pool. Awaits get a <see cref="DeliveryUnknownException"/> instead.</summary>
    public event Action<UnknownDelivery>? DeliveryUnknown
    {
        add => _link.Sender.Losses.Observers += value;
        remove => _link.Sender.Losses.Observers -= value;
    }

    /// <summary>Gets the name of the namespace.</summary>
    public string Namespace => _link.Path.Value;

    /// <summary>Gets the id that the server knows the client by in this namespace; <see langword="null"/> while not connected.</summary>
    public string? Id => _link.Id;

    /// <summary>Gets the state.</summary>
    public ClientState State => _link.State.Current;

    /// <summary>Gets a value indicating whether the last connect continued the session from before, so that nothing was missed but what <see cref="Gap"/> reports.</summary>
    public bool IsRecovered => _link.IsRecovered;

    /// <summary>Gets the number of bytes that wait to be sent.</summary>
    public long BufferedBytes => _link.Sender.Outbox.Bytes;

    /// <summary>Gets an emitter whose events are dropped when they cannot go out at once.</summary>
    public ClientEmitter Volatile => _emitter.Volatile;

    /// <summary>Connects. In any other state than disconnected it only waits for what is on its way.</summary>
    /// <param name="cancellationToken">Ends the wait; the client goes on. <see cref="DisconnectAsync"/> ends that too.</param>
    /// <returns>A task that completes when the namespace is connected. Attempts that fail are repeated, also the first one.</returns>
    /// <exception cref="ConnectRefusedException">The server refused the namespace for good.</exception>
    /// <exception cref="ConnectFailedException">No further attempt is made, or the client was disconnected meanwhile.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, typeof(RealtimeClient));
        cancellationToken.ThrowIfCancellationRequested();
        return _parts.ConnectAsync(cancellationToken);
    }

    /// <summary>Disconnects: what waits and can go out goes out, then the server is told. Where it granted a session, its acknowledgements are waited for before, up to 5 s. Awaits that are not answered by then fail. Events that nobody awaits stay for the next connect.</summary>
    /// <param name="cancellationToken">Ends the goodbye early.</param>
    /// <returns>A task that completes when the namespace has been left.</returns>
    public Task DisconnectAsync(CancellationToken cancellationToken = default) => _parts.DisconnectAsync(cancellationToken);

    /// <summary>Asks the auth callback and gives its answer to the server, without reconnecting. Only servers of ours know this.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that completes when the server has accepted it.</returns>
    /// <exception cref="EmitRefusedException">The server did not; what it had before counts until it expires.</exception>
    /// <exception cref="InvalidOperationException">There is no auth callback.</exception>
    public ValueTask RefreshAuthAsync(CancellationToken cancellationToken = default) => _parts.Tokens.RefreshAsync(cancellationToken);

    /// <summary>Adds a handler.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="handler">Gets the payload. A server that asks for an acknowledgement gets an empty one when all handlers are done.</param>
    /// <returns>Removes the handler when disposed of.</returns>
    public IDisposable On<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Action<TPayload> handler)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return Add(realtimeEvent.Name, HandlerForms.Of(handler), isOnce: false);
    }

    /// <inheritdoc cref="On{TPayload}(RealtimeEvent{TPayload}, Action{TPayload})" />
    public IDisposable On<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Func<TPayload, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return Add(realtimeEvent.Name, HandlerForms.Of(handler), isOnce: false);
    }

    /// <summary>Adds a handler that answers the server.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TAck">The type of the answer.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="handler">Gets the payload and returns the answer. When it throws the server gets none.</param>
    /// <returns>Removes the handler when disposed of.</returns>
    public IDisposable On<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, Func<TPayload, ValueTask<TAck>> handler)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return Add(realtimeEvent.Name, HandlerForms.Of(handler), isOnce: false);
    }

    /// <summary>Adds a handler for an event of any shape. It answers by <see cref="ClientEventContext.Acknowledge(ReadOnlySpan{object?})"/>, now or later.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="handler">Gets the event.</param>
    /// <returns>Removes the handler when disposed of.</returns>
    public IDisposable On(string eventName, Func<ClientEventContext, ValueTask> handler)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        return Add(eventName, HandlerForms.Of(handler), isOnce: false);
    }

    /// <summary>Adds a handler for the next event of this name only.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="handler">Gets the payload.</param>
    /// <returns>Removes the handler when disposed of.</returns>
    public IDisposable Once<TPayload>(RealtimeEvent<TPayload> realtimeEvent, Action<TPayload> handler)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return Add(realtimeEvent.Name, HandlerForms.Of(handler), isOnce: true);
    }

    /// <summary>Adds a handler for every event, before those of the event itself.</summary>
    /// <param name="handler">Gets the event.</param>
    /// <returns>Removes the handler when disposed of.</returns>
    public IDisposable OnAny(Func<ClientEventContext, ValueTask> handler)
    {
        return _link.Receiver.Subscriptions.AddCatchAll(new EventHandlerEntry(handler));
    }

    /// <summary>Adds a listener for every event that is emitted, also of those that wait. It runs on the thread of the emit.</summary>
    /// <param name="listener">Gets the event.</param>
    /// <returns>Removes the listener when disposed of.</returns>
    public IDisposable OnAnyOutgoing(Action<OutgoingEvent> listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return _parts.Outgoing.Add(listener);
    }

    /// <summary>Gets an event as a sequence: it subscribes when somebody begins to read, goes on across reconnects, and ends with the client.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="options">How events wait for the reader.</param>
    /// <returns>The sequence; every reader gets all events.</returns>
    public IAsyncEnumerable<TPayload> Stream<TPayload>(RealtimeEvent<TPayload> realtimeEvent, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return new EventStream<TPayload>(_link.Receiver.Subscriptions, realtimeEvent.Name, options ?? new StreamOptions(), _closed.Token);
    }

    /// <summary>Gets an emitter that waits as long as told for acknowledgements.</summary>
    /// <param name="ackTimeout">More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>The emitter.</returns>
    public ClientEmitter WithTimeout(TimeSpan ackTimeout) => _emitter.WithTimeout(ackTimeout);

    /// <summary>Gets an emitter whose waits end with a token.</summary>
    /// <param name="cancellationToken">Ends the wait; what has not gone out by then is not sent.</param>
    /// <returns>The emitter.</returns>
    public ClientEmitter WithCancellation(CancellationToken cancellationToken) => _emitter.WithCancellation(cancellationToken);

    /// <summary>Emits an event. While not connected it waits.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Cancelled before the call, nothing is emitted.</param>
    /// <returns>A task that completes when the event has been taken; with <see cref="RealtimeClientOptions.Retries"/>, when it has been acknowledged.</returns>
    /// <exception cref="EmitBufferFullException">Too much waits already.</exception>
    public ValueTask EmitAsync<TPayload>(RealtimeEvent<TPayload> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default) =>
        _emitter.EmitAsync(realtimeEvent, payload, cancellationToken);

    /// <summary>Emits an event and waits for its acknowledgement. While not connected it waits to be sent. The wait always ends.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
    /// <param name="realtimeEvent">The event.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="cancellationToken">Ends the wait; an event that has not gone out by then is not sent.</param>
    /// <returns>The acknowledgement.</returns>
    /// <exception cref="Core.Acks.AckTimeoutException">None came in time; the event may have been handled all the same, unless it had not gone out.</exception>
    /// <exception cref="Core.Acks.DisconnectedException">The connection ended before it came; the event may have been handled all the same.</exception>
    /// <exception cref="DeliveryUnknownException">The session that the server granted ended before it came. As long as that goes on, the event survives connections.</exception>
    /// <exception cref="Core.Acks.ReadingStoppedException">A handler of this namespace asks while so many events wait for it that nothing is read.</exception>
    /// <exception cref="EmitRefusedException">The server answered with an error.</exception>
    /// <exception cref="EmitBufferFullException">Too much waits already; the event is not sent.</exception>
    /// <exception cref="InvalidPayloadException">The acknowledgement does not fit <typeparamref name="TAck"/>.</exception>
    public ValueTask<TAck> EmitAsync<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default) =>
        _emitter.EmitAsync(realtimeEvent, payload, cancellationToken);

    /// <summary>Emits an event with any arguments. While not connected it waits.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments; each is written by its run-time type.</param>
    /// <returns>A task that completes when the event has been taken; with <see cref="RealtimeClientOptions.Retries"/>, when it has been acknowledged.</returns>
    /// <exception cref="EmitBufferFullException">Too much waits already.</exception>
    public ValueTask EmitAsync(string eventName, params ReadOnlySpan<object?> arguments) => _emitter.EmitAsync(eventName, arguments);

    /// <summary>Emits an event with any arguments and waits for its acknowledgement, which is given as it came: an error of a server of ours too.</summary>
    /// <param name="eventName">The name.</param>
    /// <param name="arguments">The arguments; each is written by its run-time type.</param>
    /// <returns>The arguments of the acknowledgement.</returns>
    /// <exception cref="Core.Acks.AckTimeoutException">None came in time.</exception>
    /// <exception cref="Core.Acks.DisconnectedException">The connection ended before it came.</exception>
    /// <exception cref="DeliveryUnknownException">The session that the server granted ended before it came.</exception>
    /// <exception cref="EmitBufferFullException">Too much waits already; the event is not sent.</exception>
    public ValueTask<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments) => _emitter.EmitWithAckAsync(eventName, arguments);

    /// <summary>Ends the namespace for good.</summary>
    internal async ValueTask CloseAsync()
    {
        await DisconnectAsync(CancellationToken.None).ConfigureAwait(false);
        await _closed.CancelAsync().ConfigureAwait(false);
        await _parts.CloseAsync().ConfigureAwait(false);
    }

    private IDisposable Add(string eventName, Func<ClientEventContext, ValueTask> run, bool isOnce) =>
        _link.Receiver.Subscriptions.Add(eventName, new EventHandlerEntry(run, isOnce));
}

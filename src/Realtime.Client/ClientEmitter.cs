using Realtime.Client.Receiving;
using Realtime.Client.Sending;
using Realtime.Core.Protocol;

#pragma warning disable RS0026 // The forms of EmitAsync differ in their first argument, which is never optional: no call can change its meaning.
namespace Realtime.Client;

/// <summary>Emits with settings of its own: <c>client.Volatile</c>, <c>client.WithTimeout(…)</c>.</summary>
/// <remarks>Immutable; may be kept and shared.</remarks>
public sealed class ClientEmitter
{
    private readonly SocketSender _sender;
    private readonly string _path;
    private readonly EmitSettings _settings;
    private readonly CancellationToken _cancellationToken;

    internal ClientEmitter(SocketSender sender, string path, EmitSettings settings, CancellationToken cancellationToken = default)
    {
        _sender = sender;
        _path = path;
        _settings = settings;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Gets an emitter whose events are dropped when they cannot go out at once.</summary>
    public ClientEmitter Volatile => new(_sender, _path, _settings with { IsVolatile = true }, _cancellationToken);

    /// <summary>Gets an emitter that waits as long as told for acknowledgements.</summary>
    /// <param name="ackTimeout">More than zero, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <returns>The emitter.</returns>
    public ClientEmitter WithTimeout(TimeSpan ackTimeout)
    {
        if (ackTimeout != Timeout.InfiniteTimeSpan)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ackTimeout, TimeSpan.Zero);
        }

        return new ClientEmitter(_sender, _path, _settings with { Timeout = ackTimeout }, _cancellationToken);
    }

    /// <summary>Gets an emitter whose waits end with a token: for the forms that take any number of arguments.</summary>
    /// <param name="cancellationToken">Ends the wait; what has not gone out by then is not sent.</param>
    /// <returns>The emitter.</returns>
    public ClientEmitter WithCancellation(CancellationToken cancellationToken) => new(_sender, _path, _settings, cancellationToken);

    /// <inheritdoc cref="ClientSocket.EmitAsync{TPayload}(RealtimeEvent{TPayload}, TPayload, CancellationToken)" />
    public ValueTask EmitAsync<TPayload>(RealtimeEvent<TPayload> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        return _sender.EmitAsync(realtimeEvent.Name, _sender.Serializer.SerializeEvent(realtimeEvent.Name, payload), _settings, Choose(cancellationToken));
    }

    /// <inheritdoc cref="ClientSocket.EmitAsync{TPayload, TAck}(RealtimeEvent{TPayload, TAck}, TPayload, CancellationToken)" />
    public async ValueTask<TAck> EmitAsync<TPayload, TAck>(RealtimeEvent<TPayload, TAck> realtimeEvent, TPayload payload, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(realtimeEvent);
        string name = realtimeEvent.Name;
        using System.Diagnostics.Activity? activity = Diagnostics.ClientActivities.StartEmitting(_path, name);
        EventArguments answer = await _sender.AskAsync(name, _sender.Serializer.SerializeEvent(name, payload), _settings, Choose(cancellationToken)).ConfigureAwait(false);
        return AckError.Find(name, answer) is { } refusal ? throw refusal : ArgumentReader.Read<TAck>(_sender.Serializer, answer.Count > 0 ? answer[0] : EventArguments.Missing, $"The acknowledgement of '{name}'");
    }

    /// <inheritdoc cref="ClientSocket.EmitAsync(string, ReadOnlySpan{object?})" />
    public ValueTask EmitAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        return _sender.EmitAsync(eventName, _sender.Serializer.SerializeEvent(eventName, arguments), _settings, _cancellationToken);
    }

    /// <inheritdoc cref="ClientSocket.EmitWithAckAsync(string, ReadOnlySpan{object?})" />
    public ValueTask<EventArguments> EmitWithAckAsync(string eventName, params ReadOnlySpan<object?> arguments)
    {
        ReservedEvents.ThrowIfReserved(eventName);
        return _sender.AskAsync(eventName, _sender.Serializer.SerializeEvent(eventName, arguments), _settings, _cancellationToken);
    }

    private CancellationToken Choose(CancellationToken cancellationToken) => cancellationToken.CanBeCanceled ? cancellationToken : _cancellationToken;
}

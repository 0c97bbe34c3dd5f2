using Realtime.Client.Authentication;
using Realtime.Client.Receiving;
using Realtime.Client.Recovery;
using Realtime.Client.Sending;
using Realtime.Client.States;
using Realtime.Core.Identifiers;

namespace Realtime.Client.Connections;

/// <summary>The parts of one namespace, put together.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SocketAssembly
{
    private readonly ConnectionDriver _driver;
    private readonly StateNotifier _notifier;

    internal SocketAssembly(NamespacePath path, Func<CancellationToken, ValueTask<object?>>? auth, ClientParts parts, Action<StateChange> onStateChanged)
    {
        _driver = parts.Driver;
        _notifier = new StateNotifier(onStateChanged, parts.Logger);
        Outgoing = new OutgoingListeners(parts.Logger);
        var sender = new SocketSender(path, parts.Options, parts.Serializer, Outgoing, parts.Meter, parts.Logger, parts.TimeProvider);
        var receiver = new SocketReceiver(path, sender, parts.Options.MaxQueuedEvents, parts.OnHandlerFailed, parts.Meter, parts.Logger);
        var state = new SocketState(_notifier);
        var streams = new StreamReceiver(receiver, sender, parts.Options.Recovery, parts.Logger, parts.TimeProvider);
        var recovery = new SessionRecovery(streams, receiver, sender, parts.Options.Recovery);
        Link = new SocketLink(path, new AuthSource(auth, parts.Serializer), state, sender, receiver, recovery, parts.Logger);
        Tokens = new TokenKeeper(Link, parts.Options, parts.Logger);
        Link.Notices = Tokens;
        sender.Retries?.Use(state.WhenConnected);
        _driver.Add(Link);
    }

    internal SocketLink Link { get; }

    internal TokenKeeper Tokens { get; }

    internal OutgoingListeners Outgoing { get; }

    /// <summary>Connects, or waits for what is on its way.</summary>
    internal Task ConnectAsync(CancellationToken cancellationToken)
    {
        _driver.Activate(Link);
        return Link.State.WhenConnected().WaitAsync(cancellationToken);
    }

    /// <summary>Disconnects: what waits and can go out goes out, and is confirmed where the server does that; then the server is told.</summary>
    internal async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await Link.Sender.SayGoodbyeAsync(cancellationToken).ConfigureAwait(false);
        Link.Leave(ClientEvent.DisconnectRequested, ClientCloseReason.ClientDisconnect);
        await _driver.CloseIfUnusedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends what is left when the namespace has been left for good.</summary>
    internal async ValueTask CloseAsync()
    {
        Link.Sender.Outbox.Close();
        Link.Sender.Calls.OnConnectionEnded(all: true);
        await Link.Receiver.CompleteAsync().ConfigureAwait(false);
        await _notifier.CompleteAsync().ConfigureAwait(false);
    }
}

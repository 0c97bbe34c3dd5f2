using static Realtime.Client.States.ClientEvent;

namespace Realtime.Client.States;

/// <summary>The state machine of a namespace, as a table: pure, so that every row can be tested.</summary>
internal static class ClientTransitions
{
    /// <summary>Gets the state after something has happened.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="happened">What happened.</param>
    /// <returns>The state afterwards; the same one where the event means nothing.</returns>
    internal static ClientState Next(ClientState state, ClientEvent happened) => (state, happened) switch
    {
        (ClientState.Disconnected, ConnectRequested) => ClientState.Connecting,

        (ClientState.Connecting, Joined) => ClientState.Connected,
        (ClientState.Connecting, ConnectionFailed) => ClientState.Connecting, // It has never been connected: there is nothing to come back to.

        (ClientState.Connected, ConnectionFailed) => ClientState.Reconnecting,

        (ClientState.Reconnecting, Joined) => ClientState.Connected,
        (ClientState.Reconnecting, ConnectionFailed) => ClientState.Reconnecting,

        (_, Ended) => ClientState.Disconnected,
        (_, DisconnectRequested) => ClientState.Disconnected,
        _ => state,
    };

    /// <summary>Tells whether observers hear of an event: of every change, and of what changes the attempt or the delay within a state.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="happened">What happened.</param>
    /// <returns>Whether they do.</returns>
    internal static bool IsObservable(ClientState state, ClientEvent happened) =>
        Next(state, happened) != state || (state is ClientState.Connecting or ClientState.Reconnecting && (happened is AttemptStarted or ConnectionFailed));
}

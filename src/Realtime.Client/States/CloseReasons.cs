using static Realtime.Client.States.ClientCloseReason;

namespace Realtime.Client.States;

/// <summary>What follows an end: the table of reasons.</summary>
internal static class CloseReasons
{
    /// <summary>Gets what follows.</summary>
    /// <param name="reason">The reason.</param>
    /// <returns>Whether to try again.</returns>
    internal static Followup FollowupOf(ClientCloseReason reason) => reason switch
    {
        // Accidents, and servers that restart: the official client comes back from these too.
        TransportClose or TransportError or PingTimeout or ParseError or ConnectTimeout => Followup.Reconnect,

        // Somebody has said "later".
        RefusedForNow => Followup.Reconnect,

        // A source of tokens that is away for a moment.
        AuthFailed => Followup.Reconnect,

        // Asking again with the same token gets the same answer.
        Refused or Forbidden or TokenEnded => Followup.ReconnectWithNewAuth,

        // Somebody meant it.
        ServerDisconnect or ClientDisconnect => Followup.Stop,
        _ => Followup.Stop,
    };
}

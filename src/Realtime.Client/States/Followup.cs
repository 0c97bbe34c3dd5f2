namespace Realtime.Client.States;

/// <summary>What follows an end.</summary>
internal enum Followup
{
    /// <summary>Nothing: the application decides.</summary>
    Stop,

    /// <summary>Another attempt, after a delay.</summary>
    Reconnect,

    /// <summary>Another attempt if the auth callback gives something else than before; else nothing.</summary>
    ReconnectWithNewAuth,
}

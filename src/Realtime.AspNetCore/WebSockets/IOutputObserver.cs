namespace Realtime.AspNetCore.WebSockets;

/// <summary>Told that what waited has gone out, or never will. An interface, because a delegate would be one more object for each connection.</summary>
internal interface IOutputObserver
{
    void OnDrained();

    /// <summary>Told on the thread that found it, which may hold the gate of the output.</summary>
    void OnBroken();
}

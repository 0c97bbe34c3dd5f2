namespace Realtime.AspNetCore.WebSockets;

/// <summary>Told that what waited has gone out. An interface, because a delegate would be one more object for each connection.</summary>
internal interface IOutputObserver
{
    void OnDrained();
}

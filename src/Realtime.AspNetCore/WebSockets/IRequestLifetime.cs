namespace Realtime.AspNetCore.WebSockets;

/// <summary>The request that a WebSocket lives in, as far as its transport has to do with it.</summary>
internal interface IRequestLifetime
{
    /// <summary>Cuts the connection.</summary>
    void Abort();

    /// <summary>The transport is over; the request is about to end.</summary>
    void OnEnded();
}

namespace Realtime.AspNetCore.WebSockets;

/// <summary>The request that a WebSocket lives in, as far as its transport has to do with it.</summary>
internal interface IRequestLifetime
{
    /// <summary>Cuts the connection, unless the request has ended: the web server may use its parts for another one by then. Thread-safe.</summary>
    void Abort();

    /// <summary>The transport is over; the request is about to end. An <see cref="Abort"/> that has begun is waited for.</summary>
    void OnEnded();
}

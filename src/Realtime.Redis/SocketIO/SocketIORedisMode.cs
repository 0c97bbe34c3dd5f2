namespace Realtime.Redis.SocketIO;

/// <summary>Which of the two protocols of <c>@socket.io/redis-adapter</c> is spoken. All nodes of a cluster have to speak the same.</summary>
public enum SocketIORedisMode
{
    /// <summary>That of <c>createAdapter</c>: PUBLISH and SUBSCRIBE. <c>@socket.io/redis-emitter</c> speaks it, too.</summary>
    Classic = 0,

    /// <summary>That of <c>createShardedAdapter</c>: SPUBLISH and SSUBSCRIBE, which Redis has since version 7.</summary>
    Sharded = 1,
}

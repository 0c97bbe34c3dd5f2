namespace Realtime.Redis.SocketIO;

/// <summary>Which channels of their own rooms have in <see cref="SocketIORedisMode.Sharded"/>. All nodes of a cluster have to have the same.</summary>
public enum SocketIORedisSubscriptionMode
{
    /// <summary>Rooms have channels, those of single sockets (all names of 20 characters) have none: nodes get what is for rooms that they have.</summary>
    Dynamic = 0,

    /// <summary>All rooms have channels, those of single sockets included.</summary>
    DynamicPrivate = 1,

    /// <summary>No room has a channel: two subscriptions for each namespace, and every node gets everything.</summary>
    Static = 2,
}

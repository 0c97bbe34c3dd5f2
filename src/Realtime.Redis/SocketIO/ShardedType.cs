namespace Realtime.Redis.SocketIO;

/// <summary>What a message of the sharded adapter is, by the number that stands in it.</summary>
internal enum ShardedType
{
    Broadcast = 3,
    SocketsJoin = 4,
    SocketsLeave = 5,
    DisconnectSockets = 6,
    FetchSockets = 7,
    FetchSocketsResponse = 8,
    ServerSideEmit = 9,
    ServerSideEmitResponse = 10,
    BroadcastClientCount = 11,
    BroadcastAck = 12,
}

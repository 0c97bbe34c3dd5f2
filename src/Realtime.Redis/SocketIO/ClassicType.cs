namespace Realtime.Redis.SocketIO;

/// <summary>What a request or a response of the classic adapter is, by the number that stands in it.</summary>
internal enum ClassicType
{
    Sockets = 0,
    AllRooms = 1,
    RemoteJoin = 2,
    RemoteLeave = 3,
    RemoteDisconnect = 4,
    RemoteFetch = 5,
    ServerSideEmit = 6,
    Broadcast = 7,
    BroadcastClientCount = 8,
    BroadcastAck = 9,
}

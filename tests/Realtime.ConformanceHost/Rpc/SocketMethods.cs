using Realtime.ConformanceHost.Servers;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>What can be done with one socket.</summary>
internal static class SocketMethods
{
    internal static void AddTo(RpcMethods methods) => methods
        .Add("socketJoin", static (profile, call) => profile.SocketOf(call).JoinAsync(call.Rooms))
        .Add("socketLeave", static (profile, call) => profile.SocketOf(call).LeaveAsync(call.Room))
        .Add("socketDisconnect", static (profile, call) => profile.SocketOf(call).DisconnectAsync(call.Close))
        .Add("socketSetData", static (profile, call) =>
        {
            profile.SocketOf(call).Data = call.Data;
            return (object?)null;
        })
        .Add("engineClose", static (profile, call) =>
        {
            profile.SocketOf(call).Connection.Close(CloseReason.ForcedClose);
            return (object?)null;
        })
        .Add("socketInfo", static (profile, call) => Describe(profile.SocketOf(call)));

    private static object Describe(RealtimeSocket socket) => new
    {
        rooms = socket.Rooms,
        data = socket.Data ?? new { },
        connected = socket.IsConnected,
        recovered = socket.IsRecovered,
        handshake = NodeHandshake.Of(socket),
        transport = socket.TransportName,
    };
}

using Realtime.ConformanceHost.Profiles;
using Realtime.ConformanceHost.Servers;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>What can be done with everybody who is addressed.</summary>
internal static class AudienceMethods
{
    internal static void AddTo(RpcMethods methods) => methods
        .Add("socketsJoin", static (profile, call) => profile.AudienceOf(call).JoinAsync(call.Rooms))
        .Add("socketsLeave", static (profile, call) => profile.AudienceOf(call).LeaveAsync(call.Rooms))
        .Add("disconnectSockets", static (profile, call) => profile.AudienceOf(call).DisconnectAsync(call.Close))
        .Add("fetchSockets", FetchAsync);

    private static async ValueTask<object?> FetchAsync(RunningProfile profile, RpcCall call)
    {
        IReadOnlyList<RemoteSocket> found = await profile.AudienceOf(call).FetchSocketsAsync();
        return found.Select(static socket => new { id = socket.Id, rooms = socket.Rooms, data = socket.Data ?? new { }, handshake = NodeHandshake.Of(socket) });
    }
}

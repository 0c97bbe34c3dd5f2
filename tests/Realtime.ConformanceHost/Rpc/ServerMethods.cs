using Realtime.ConformanceHost.Profiles;
using Realtime.Core.Backplane;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Between the servers of a cluster.</summary>
internal static class ServerMethods
{
    internal static void AddTo(RpcMethods methods) => methods
        .Add("serverSideEmit", EmitAsync)
        .Add("serverEvents", static (profile, _) => (object)profile.Journal.ServerEvents)
        .Add("allRooms", static async (profile, call) => (object?)await profile.NamespaceOf(call).FetchRoomNamesAsync())
        .Add("serverCount", static async (profile, call) => (object?)await profile.NamespaceOf(call).CountNodesAsync());

    private static async ValueTask<object?> EmitAsync(RunningProfile profile, RpcCall call)
    {
        RealtimeNamespace ns = profile.NamespaceOf(call);
        if (!call.WantsAck)
        {
            await ns.ServerSideEmitAsync(call.EventName, call.Arguments);
            return null;
        }

        try
        {
            return new { err = (string?)null, responses = First(await ns.ServerSideEmitWithAckAsync(call.EventName, call.Arguments)) };
        }
        catch (ClusterTimeoutException missing)
        {
            return new { err = (string?)missing.Message, responses = First(missing.Responses) };
        }
    }

    private static IEnumerable<EventArgument> First(IReadOnlyList<EventArguments> responses) => responses.Select(static answer => answer.Count > 0 ? answer[0] : EventArguments.Missing);
}

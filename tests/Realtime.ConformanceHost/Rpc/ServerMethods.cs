using Realtime.ConformanceHost.Profiles;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Between the servers of a cluster.</summary>
internal static class ServerMethods
{
    internal static void AddTo(RpcMethods methods) => methods
        .Add("serverSideEmit", EmitAsync)
        .Add("serverEvents", static (profile, _) => (object)profile.Journal.ServerEvents)
        .Add("serverCount", static async (profile, call) => (object?)await profile.NamespaceOf(call).CountNodesAsync());

    private static async ValueTask<object?> EmitAsync(RunningProfile profile, RpcCall call)
    {
        RealtimeNamespace ns = profile.NamespaceOf(call);
        await ns.ServerSideEmitAsync(call.EventName, call.Arguments);
        if (!call.WantsAck)
        {
            return null;
        }

        // The library cannot ask other servers yet. Where there are none, there is nobody to ask.
        return await ns.CountNodesAsync() == 1
            ? new { err = (string?)null, responses = Array.Empty<object>() }
            : throw new NotSupportedException("The public API has no way to ask other servers.");
    }
}

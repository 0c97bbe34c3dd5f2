using Realtime.ConformanceHost.Profiles;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Finds what a call is about.</summary>
internal static class RpcTarget
{
    internal static RealtimeNamespace NamespaceOf(this RunningProfile profile, RpcCall call) => profile.Server.Of(call.Namespace);

    internal static RealtimeSocket SocketOf(this RunningProfile profile, RpcCall call) =>
        profile.NamespaceOf(call).FindSocket(call.Id) ?? throw new RpcException($"unknown socket {call.Id}");

    internal static Emitter AudienceOf(this RunningProfile profile, RpcCall call) => Narrow(profile.NamespaceOf(call).Everyone, call);

    internal static Emitter Narrow(Emitter emitter, RpcCall call) => call.Flags.ApplyTo(emitter.To(call.To).Except(call.Except));
}

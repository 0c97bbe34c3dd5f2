using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Rpc;

/// <summary>Looking into a server from outside.</summary>
internal static class ViewMethods
{
    internal static void AddTo(RpcMethods methods) => methods
        .Add("rooms", static (profile, call) =>
        {
            RealtimeNamespace ns = profile.NamespaceOf(call);
            return (object)ns.Sockets.Select(static socket => socket.Id).Concat(ns.RoomNames); // the private rooms too, as Node lists them
        })
        .Add("namespaces", static (profile, _) => (object)profile.Server.Namespaces.Select(static ns => ns.Name))
        .Add("newNamespaces", static (profile, _) => (object)profile.Journal.NewNamespaces)
        .Add("counters", static (profile, call) => (object)new
        {
            middleware = profile.Journal.MiddlewareRuns,
            clients = profile.Server.Engine.Count,
            sockets = profile.NamespaceOf(call).SocketCount,
        })
        .Add("log", static (profile, call) => (object)profile.Journal.LogOf(call.Namespace, call.Id).Entries);
}

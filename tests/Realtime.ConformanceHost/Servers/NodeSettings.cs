using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Connections;
using Realtime.Core.Namespaces.Recovery;

namespace Realtime.ConformanceHost.Servers;

/// <summary>What the library does more carefully than Node unless told otherwise, told otherwise.</summary>
internal static class NodeSettings
{
    internal static void Apply(ConnectionOptions connections)
    {
        connections.Heartbeat.Interval = TimeSpan.FromSeconds(25);
        connections.Heartbeat.Timeout = TimeSpan.FromSeconds(20);
        connections.Heartbeat.MaxMissed = 1;
    }

    /// <summary>Connection state recovery, as its option switches it on.</summary>
    internal static void Apply(RecoveryOptions recovery, TimeSpan maxDisconnectionDuration, bool skipMiddlewares = true)
    {
        recovery.StockClients = true;
        recovery.SkipMiddlewares = skipMiddlewares;
        recovery.Sessions.Window = maxDisconnectionDuration;
    }

    internal static void Apply(RealtimeHttpOptions http)
    {
        http.Security.RequireTls = false;
        http.AllowedOrigins.Add("*");
    }
}

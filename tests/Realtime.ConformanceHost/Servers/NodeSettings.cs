using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Connections;

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

    internal static void Apply(RealtimeHttpOptions http)
    {
        http.Security.RequireTls = false;
        http.AllowedOrigins.Add("*");
    }
}

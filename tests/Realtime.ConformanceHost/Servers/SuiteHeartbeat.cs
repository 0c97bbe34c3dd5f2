using Realtime.Core.Connections;

namespace Realtime.ConformanceHost.Servers;

/// <summary>The heartbeat that the public conformance suites count on.</summary>
internal static class SuiteHeartbeat
{
    internal static void Apply(ConnectionOptions connections)
    {
        connections.Heartbeat.Interval = TimeSpan.FromMilliseconds(300);
        connections.Heartbeat.Timeout = TimeSpan.FromMilliseconds(200);
        connections.Heartbeat.MaxMissed = 1;
        connections.MaxMessageBytes = 1_000_000;
    }
}

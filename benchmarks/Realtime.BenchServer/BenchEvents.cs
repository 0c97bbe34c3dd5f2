using Realtime.Core.Protocol;

namespace Realtime.BenchServer;

internal static class BenchEvents
{
    internal const string Room = "r";

    internal static readonly RealtimeEvent<string, string> Echo = new("echo");
    internal static readonly RealtimeEvent<string> Pub = new("pub");
    internal static readonly RealtimeEvent<string> Msg = new("msg");
}

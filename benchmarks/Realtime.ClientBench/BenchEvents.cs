using Realtime.Core.Protocol;

namespace Realtime.ClientBench;

internal static class BenchEvents
{
    internal static readonly RealtimeEvent<EchoPayload, EchoPayload> Echo = new("echo");
    internal static readonly RealtimeEvent<string> Pub = new("pub");
    internal static readonly RealtimeEvent<string> Msg = new("msg");
}

using Realtime.Core.Protocol;

namespace Realtime.ClientBench;

internal static class BenchEvents
{
    internal static readonly RealtimeEvent<EchoPayload, EchoPayload> Echo = new("echo");
}

using Realtime.Core.Protocol;

namespace Realtime.LoadHost;

internal static class LoadEvents
{
    /// <summary>A number, which the answer repeats.</summary>
    internal static readonly RealtimeEvent<int, int> Say = new("say");

    internal static readonly RealtimeEvent<int> Said = new("said");
}

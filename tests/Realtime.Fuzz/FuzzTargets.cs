using Realtime.Fuzz.Targets;

namespace Realtime.Fuzz;

/// <summary>The targets by the names that the campaign and the corpus folders use.</summary>
public static class FuzzTargets
{
    /// <summary>Gets the targets.</summary>
    public static IReadOnlyDictionary<string, FuzzTarget> All { get; } = new SortedDictionary<string, FuzzTarget>(StringComparer.Ordinal)
    {
        ["endpoint"] = EndpointFuzz.Run,
        ["frame"] = FrameFuzz.Run,
        ["packet"] = PacketFuzz.Run,
        ["payload"] = PayloadFuzz.Run,
        ["polling"] = PollingFuzz.Run,
        ["raw"] = RawFuzz.Run,
        ["websocket"] = WebSocketFuzz.Run,
    };
}

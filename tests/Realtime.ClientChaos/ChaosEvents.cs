using Realtime.Core.Protocol;

namespace Realtime.ClientChaos;

/// <summary>What clients and server say to each other.</summary>
internal static class ChaosEvents
{
    /// <summary>A client asks; the answer is the same.</summary>
    internal static readonly RealtimeEvent<Numbered, Numbered> Echo = new("echo");

    /// <summary>The server tells everybody, each publisher with growing numbers.</summary>
    internal static readonly RealtimeEvent<Numbered> Published = new("published");
}

/// <summary>A number of a client or a publisher: each counts for itself.</summary>
internal sealed record Numbered(int Source, long Number);

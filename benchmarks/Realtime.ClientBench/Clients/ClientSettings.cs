namespace Realtime.ClientBench.Clients;

/// <summary>What differs from a client's defaults.</summary>
/// <param name="WebSocketOnly">Whether it connects by WebSocket at once; else by what it takes by default.</param>
/// <param name="BaseDelay">The first delay between attempts to reconnect.</param>
/// <param name="IsDelayFixed">Whether every delay is that one, without growth and jitter.</param>
internal sealed record ClientSettings(bool WebSocketOnly, TimeSpan? BaseDelay = null, bool IsDelayFixed = false);

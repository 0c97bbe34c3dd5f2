namespace Realtime.LoadHost;

/// <summary>What this server has counted.</summary>
/// <param name="Clients">Clients that have connected.</param>
/// <param name="Received">Messages that its handler was given.</param>
/// <param name="Polled">Those of them that came by long-polling.</param>
internal sealed record Counts(long Clients, long Received, long Polled);

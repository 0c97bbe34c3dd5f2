namespace Realtime.Redis.Presence;

/// <summary>What Redis has of the presence in a namespace: the slices of nodes, and the last notice.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record PresenceIndex(string Epoch, long Notices, IReadOnlyDictionary<string, long> Slices);

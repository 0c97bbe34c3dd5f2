namespace Realtime.Core.Namespaces;

/// <summary>Who may be in the rooms whose names fit a pattern.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record RoomRule(RoomPattern Pattern, Func<AccessRequest, ValueTask<bool>> IsAllowed);

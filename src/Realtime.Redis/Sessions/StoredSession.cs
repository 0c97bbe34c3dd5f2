using Realtime.Core.Sessions;

namespace Realtime.Redis.Sessions;

/// <summary>A session as it was read.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Record">The session.</param>
/// <param name="RoomNumbers">The number of the field of each of its rooms.</param>
/// <param name="RoomsVersion">The version of its rooms.</param>
internal sealed record StoredSession(SessionRecord Record, IReadOnlyList<long> RoomNumbers, long RoomsVersion);

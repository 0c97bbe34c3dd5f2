namespace Realtime.Core.Sessions;

/// <summary>The answer of a store to who claims a session.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Status">What came of it.</param>
/// <param name="Record">The session as it is now, with the fence of the caller; <see langword="null"/> unless it was claimed.</param>
public readonly record struct SessionClaim(ClaimStatus Status, SessionRecord? Record);

namespace Realtime.Client.Recovery;

/// <summary>What a server says that accepted a namespace.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Id">The id of the socket.</param>
/// <param name="PrivateId">The secret id of the session; <see langword="null"/> where the server recovers nothing.</param>
/// <param name="IsGranted">Whether the server grants the extension.</param>
/// <param name="Grant">What it grants; <see langword="null"/> when it does not, or when nobody understands what.</param>
internal sealed record Acceptance(string Id, string? PrivateId, bool IsGranted, SessionGrant? Grant);

namespace Realtime.Core.Users;

/// <summary>One socket of a user, on any node.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Namespace">The name of its namespace.</param>
/// <param name="Id">Its id, which is also the name of its private room.</param>
public sealed record UserSocket(string Namespace, string Id);

namespace Realtime.Core.Users;

/// <summary>One connection of a user, on any node.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Node">The node that has it: a name that a node has for as long as its process runs; empty where there is one node only.</param>
/// <param name="Since">When its oldest socket joined, by the clock of that node.</param>
/// <param name="Sockets">Its sockets that belong to the user, one in each namespace.</param>
public sealed record UserConnection(string Node, DateTimeOffset Since, IReadOnlyList<UserSocket> Sockets);

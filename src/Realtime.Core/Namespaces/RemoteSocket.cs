using Realtime.Core.Connections;

namespace Realtime.Core.Namespaces;

/// <summary>What was known of a socket, on this node or another, when it was fetched.</summary>
/// <remarks>Immutable. To act on the socket use <see cref="Target"/>, which leads to it wherever it is.</remarks>
/// <param name="Id">The id of the socket.</param>
/// <param name="Rooms">The rooms that it was in, its private one included.</param>
/// <param name="Data">What the application made public of it.</param>
/// <param name="Handshake">The request that opened its connection.</param>
/// <param name="Auth">What the client sent to authenticate, as JSON.</param>
/// <param name="Target">Leads to the socket.</param>
public sealed record RemoteSocket(string Id, IReadOnlyList<string> Rooms, object? Data, IHandshake Handshake, ReadOnlyMemory<byte> Auth, Emitter Target);

using Realtime.Core.Connections;

namespace Realtime.Core.Backplane;

/// <summary>What one node tells others about a socket.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Id">The id of the socket.</param>
/// <param name="Rooms">The rooms that it is in, its private one included.</param>
/// <param name="Data">What the application made public of it, as JSON in UTF-8.</param>
/// <param name="Handshake">The request that opened its connection.</param>
/// <param name="Auth">What the client sent to authenticate, as JSON in UTF-8.</param>
public sealed record SocketDescription(string Id, IReadOnlyList<string> Rooms, ReadOnlyMemory<byte> Data, IHandshake Handshake, ReadOnlyMemory<byte> Auth);

using Realtime.Core.Connections;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>A client that asks for a namespace that does not exist yet.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">The name, with its leading slash.</param>
/// <param name="Handshake">The request that opened the connection.</param>
/// <param name="Auth">What the client sent to authenticate, as JSON.</param>
public sealed record DynamicNamespaceRequest(string Name, IHandshake Handshake, EventArgument Auth);

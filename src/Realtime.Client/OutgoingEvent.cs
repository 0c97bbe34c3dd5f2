using Realtime.Core.Protocol;

namespace Realtime.Client;

/// <summary>An event on its way out, as listeners see it.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">The name.</param>
/// <param name="Payload">The JSON array that goes out, with the name as its first item, and its attachments.</param>
public sealed record OutgoingEvent(string Name, EventPayload Payload);

using Realtime.Core.Protocol;

namespace Realtime.Core.Sessions;

/// <summary>The answer to a numbered message of the client, kept until the client is known to have it.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Number">The number of the message, from 1.</param>
/// <param name="Payload">The answer: the result, an empty array, or the error of a message that was refused. A store may keep the memory: it has to stay as it is.</param>
public sealed record StoredAck(long Number, EventPayload Payload);

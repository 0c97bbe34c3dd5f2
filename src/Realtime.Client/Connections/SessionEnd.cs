using Realtime.Client.States;

namespace Realtime.Client.Connections;

/// <summary>How a session ended.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Reason">Why.</param>
/// <param name="Message">What happened, for people.</param>
/// <param name="NotBefore">The shortest time until the next attempt, where the server has asked for one.</param>
internal sealed record SessionEnd(ClientCloseReason Reason, string Message, TimeSpan? NotBefore = null);

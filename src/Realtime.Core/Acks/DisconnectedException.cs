using Realtime.Core.Diagnostics;

namespace Realtime.Core.Acks;

/// <summary>The socket disconnected before it acknowledged. The message may have been handled all the same.</summary>
/// <param name="eventName">The event that was not acknowledged.</param>
public sealed class DisconnectedException(string eventName)
    : RealtimeException(ErrorCode.Disconnected, $"The socket disconnected before it acknowledged the event '{eventName}'. It may have been handled all the same.");

using Realtime.Core.Diagnostics;

namespace Realtime.Core.Acks;

/// <summary>No acknowledgement came in time. The message may have been handled all the same.</summary>
/// <param name="eventName">The event that was not acknowledged.</param>
/// <param name="timeout">How long was waited.</param>
public sealed class AckTimeoutException(string eventName, TimeSpan timeout)
    : RealtimeException(ErrorCode.AckTimeout, $"The event '{eventName}' was not acknowledged within {timeout.TotalMilliseconds} ms. It may have been handled all the same.");

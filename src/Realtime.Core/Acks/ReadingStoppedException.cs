using Realtime.Core.Diagnostics;

namespace Realtime.Core.Acks;

/// <summary>
/// A handler asked its own client, from which nothing is read because too many of its events wait for handlers: for this one too, so it would wait for itself.
/// </summary>
/// <param name="eventName">The event that was not acknowledged.</param>
public sealed class ReadingStoppedException(string eventName) : RealtimeException(
    ErrorCode.ReadingStopped,
    $"The event '{eventName}' cannot be acknowledged: nothing is read from the client while its events wait for this handler. Ask outside of the handler, or allow more waiting events.");

using Realtime.Core.Diagnostics;

namespace Realtime.Client;

/// <summary>An event was not taken, or had to make room for a newer one, because too much waits to be sent already. It has not been sent.</summary>
public sealed class EmitBufferFullException : RealtimeException
{
    /// <summary>Initializes a new instance of the <see cref="EmitBufferFullException"/> class.</summary>
    /// <param name="eventName">The event.</param>
    public EmitBufferFullException(string eventName)
        : base(ErrorCode.BufferFull, $"The event '{eventName}' was not sent: as much as the buffer takes waits to be sent already. Wait until the client is connected, or allow more (RealtimeClientOptions.Buffer).") =>
        EventName = eventName;

    /// <summary>Gets the event.</summary>
    public string EventName { get; }
}

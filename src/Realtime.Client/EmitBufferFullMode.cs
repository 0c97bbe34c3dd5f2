namespace Realtime.Client;

/// <summary>What happens to an event when as much as the buffer takes waits to be sent already.</summary>
public enum EmitBufferFullMode
{
    /// <summary>The new event is refused with an <see cref="EmitBufferFullException"/>; what waits stays.</summary>
    Refuse,

    /// <summary>The oldest events make room. Whoever awaits one of them gets an <see cref="EmitBufferFullException"/>.</summary>
    DropOldest,
}

using Realtime.Core.Diagnostics;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Why one event of a client was not handled: the error that it gets as its acknowledgement, or as an event of its own when it asked for none.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record EventRefusal(ErrorCode Code, string Message)
{
    /// <summary>Gets after what time the client may try again.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets the member of the payload that does not fit, as a JSON path.</summary>
    internal string? Member { get; init; }

    internal void Answer(RealtimeSocket socket, string eventName, AckId? ackId)
    {
        if (ackId is { } id)
        {
            socket.SendAck(id, ToAck());
        }
        else if (socket.Owner.SendsErrorEvents)
        {
            socket.SendEvent(ErrorPayload.CreateEvent(ToError(eventName)), ackId: null, EmitFlags.Default);
        }
    }

    /// <summary>Makes the acknowledgement of the refused event.</summary>
    internal EventPayload ToAck() => ErrorPayload.Create(ToError(eventName: null));

    private ErrorDetails ToError(string? eventName) => new(Code, Message) { RetryAfter = RetryAfter, Member = Member, EventName = eventName };
}

using Realtime.Core.Diagnostics;

namespace Realtime.Client;

/// <summary>The event went out, and its session was over before the acknowledgement came: it was handled once or not at all, and nobody knows which. It is not sent again.</summary>
/// <param name="eventName">The event.</param>
/// <param name="messageId">What the server knew it by.</param>
public sealed class DeliveryUnknownException(string eventName, string messageId)
    : RealtimeException(ErrorCode.OutcomeUnknown, $"The session ended before the event '{eventName}' ({messageId}) was acknowledged. It may have been handled; it is not sent again.")
{
    /// <summary>Gets what the server knew the event by. Handlers see the same text, so the application can ask whether it was handled.</summary>
    public string MessageId { get; } = messageId;
}

namespace Realtime.Client;

/// <summary>An event that went out and was not acknowledged before its session was over: nobody knows whether it was handled. It is not sent again.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Event">The event.</param>
/// <param name="MessageId">What the server knew it by: handlers see the same text, so the application can ask whether it was handled.</param>
public sealed record UnknownDelivery(OutgoingEvent Event, string MessageId);

namespace Realtime.Client.Sending;

/// <summary>A message that went out, and whose session is over: nobody knows whether it was handled.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Packet">The message.</param>
/// <param name="MessageId">What the server knew it by.</param>
internal readonly record struct UnknownMessage(OutgoingPacket Packet, string MessageId);

namespace Realtime.Client.Sending;

/// <summary>A packet that goes out now, once more or for the first time.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Packet">The packet.</param>
/// <param name="Low">The lowest number that is not confirmed, where the packet has a number.</param>
internal readonly record struct Departure(OutgoingPacket Packet, long Low);

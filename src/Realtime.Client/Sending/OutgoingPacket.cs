using Realtime.Core.Framing;

namespace Realtime.Client.Sending;

/// <summary>A packet that waits in an <see cref="Outbox"/>.</summary>
/// <remarks>Guarded by the gate of its outbox.</remarks>
internal sealed class OutgoingPacket(string eventName, EncodedPacket packet, PendingCall? call, bool survivesReconnect)
{
    internal string EventName { get; } = eventName;

    internal EncodedPacket Packet { get; } = packet;

    /// <summary>Gets who waits for the acknowledgement.</summary>
    internal PendingCall? Call { get; } = call;

    /// <summary>Gets a value indicating whether the packet still makes sense on another connection: an answer to a server's question does not.</summary>
    internal bool SurvivesReconnect { get; } = survivesReconnect;

    /// <summary>Gets what completes when the packet has left the outbox, in whatever way. Only the goodbye has it: nothing may follow it on the same session.</summary>
    internal TaskCompletionSource? Goodbye { get; init; }

    /// <summary>Gets or sets the place in the outbox; <see langword="null"/> when it is not there any more.</summary>
    internal LinkedListNode<OutgoingPacket>? Place { get; set; }
}

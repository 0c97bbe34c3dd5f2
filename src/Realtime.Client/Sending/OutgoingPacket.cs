using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Client.Sending;

/// <summary>A packet that waits in an <see cref="Outbox"/>. It keeps its payload, because a numbered one is sent again until it is confirmed.</summary>
/// <remarks>Guarded by the gate of its outbox.</remarks>
internal sealed class OutgoingPacket
{
    // What stands around the payload, roughly: packets without one weigh something too.
    private const int EnvelopeBytes = 16;

    internal OutgoingPacket(PacketKind kind, string eventName, EventPayload payload, AckId? ackId = null, PendingCall? call = null)
    {
        Kind = kind;
        EventName = eventName;
        AckId = ackId;
        Call = call;
        Payload = payload;
        Bytes = EnvelopeBytes + payload.Data.Length;
        if (payload.Attachments is { Count: > 0 } attachments)
        {
            Payload = payload with { Attachments = [.. attachments.Select(static attachment => (ReadOnlyMemory<byte>)attachment.ToArray())] }; // who emits may write into its buffers again
            Bytes += attachments.Sum(static attachment => attachment.Length);
        }
    }

    internal PacketKind Kind { get; }

    internal string EventName { get; }

    internal EventPayload Payload { get; }

    /// <summary>Gets what the packet weighs while it waits.</summary>
    internal int Bytes { get; }

    /// <summary>Gets who waits for the acknowledgement.</summary>
    internal PendingCall? Call { get; }

    /// <summary>Gets a value indicating whether somebody still wants the result.</summary>
    internal bool IsAwaited => Call is { Answer.IsCompleted: false };

    /// <summary>Gets a value indicating whether the packet still makes sense on another connection: an answer to a server's question does not.</summary>
    internal bool SurvivesReconnect { get; init; }

    /// <summary>Gets a value indicating whether the packet gets a number where the server grants a session: every event of the application that is not volatile.</summary>
    internal bool IsNumberable { get; init; }

    /// <summary>Gets what completes when the packet has left the outbox, in whatever way. Only the goodbye has it: nothing may follow it on the same session.</summary>
    internal TaskCompletionSource? Goodbye { get; init; }

    /// <summary>Gets or sets the acknowledgement id.</summary>
    internal AckId? AckId { get; set; }

    /// <summary>Gets or sets the number in the session; 0 as long as it has none. It is given once.</summary>
    internal long Number { get; set; }

    /// <summary>Gets or sets the place in the outbox; <see langword="null"/> when it is not there any more.</summary>
    internal LinkedListNode<OutgoingPacket>? Place { get; set; }
}

using Realtime.Core.Identifiers;

namespace Realtime.Core.Protocol;

/// <summary>One Socket.IO v5 packet.</summary>
/// <remarks>Immutable. A packet that was read refers to the bytes of its message and is valid as long as they are; see <see cref="Detach"/>.</remarks>
public readonly struct Packet
{
    /// <summary>Gets what the packet is.</summary>
    public required PacketKind Kind { get; init; }

    /// <summary>Gets the namespace in UTF-8, with its leading slash.</summary>
    public required ReadOnlyMemory<byte> Namespace { get; init; }

    /// <summary>Gets the acknowledgement id: of an event, the one to answer with; of an answer, the one that it answers.</summary>
    public AckId? AckId { get; init; }

    /// <summary>Gets the payload as JSON in UTF-8; empty when there is none. Binary values stand in it as placeholders.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Gets the name of the event in UTF-8 without escapes; empty for other kinds. A number is its digits.</summary>
    public ReadOnlyMemory<byte> EventName { get; init; }

    /// <summary>Gets the place in <see cref="Data"/> behind the name of the event.</summary>
    public int ArgumentsOffset { get; init; }

    /// <summary>Gets the number of attachments that the packet announces.</summary>
    public int AttachmentCount { get; init; }

    /// <summary>Gets the text that is written behind the arguments for clients that recover what they missed; empty for none. See <see cref="TailedPacketCodec"/>.</summary>
    internal ReadOnlyMemory<byte> Tail { get; init; }

    /// <summary>Gets the binary values that the placeholders refer to; fewer than <see cref="AttachmentCount"/> while they are still on their way.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Attachments { get; init; }

    /// <summary>Copies what refers to foreign bytes, so that the packet can outlive its message.</summary>
    /// <param name="attachments">The attachments to carry, already owned.</param>
    /// <returns>The packet.</returns>
    public Packet Detach(IReadOnlyList<ReadOnlyMemory<byte>>? attachments = null) => this with
    {
        Namespace = Namespace.ToArray(),
        Data = Data.ToArray(),
        EventName = EventName.ToArray(),
        Attachments = attachments ?? Attachments,
    };
}

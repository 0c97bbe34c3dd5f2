namespace Realtime.Core.Protocol;

/// <summary>A packet that waits for its attachments.</summary>
/// <remarks>Confined to the read loop.</remarks>
public sealed class PartialPacket
{
    private readonly Packet _packet;
    private readonly ReadOnlyMemory<byte>[] _attachments;
    private int _received;

    /// <summary>Initializes a new instance of the <see cref="PartialPacket"/> class.</summary>
    /// <param name="packet">A packet with at least one attachment to come. Its bytes are copied.</param>
    public PartialPacket(in Packet packet)
    {
        _attachments = new ReadOnlyMemory<byte>[packet.AttachmentCount];
        _packet = packet.Detach(_attachments);
    }

    /// <summary>Adds the next attachment. Its bytes are copied.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="packet">The complete packet, when this was the last one.</param>
    /// <returns>Whether the packet is complete.</returns>
    public bool TryComplete(System.Buffers.ReadOnlySequence<byte> data, out Packet packet)
    {
        _attachments[_received++] = System.Buffers.BuffersExtensions.ToArray(in data);
        packet = _packet;
        return _received == _attachments.Length;
    }
}

using System.Buffers;

namespace Realtime.Core.Framing;

/// <summary>Frames that belong together, encoded once and shared by everybody who gets them.</summary>
/// <remarks>
/// <para>Immutable and thread-safe; counted references. <see cref="Retain"/> before handing it to another owner, <see cref="Release"/> when done:
/// the last release gives the buffer back. A packet made by <see cref="CreateConstant"/> lives for ever and ignores both.</para>
/// <para>The bytes are those that a server writes to a WebSocket (headers included, since server frames are not masked they are the same for everybody).
/// A header with its attachments is one packet, so they are always adjacent on the wire.</para>
/// </remarks>
public class EncodedPacket
{
    private readonly int _start;
    private readonly bool _pooled;
    private byte[]? _buffer;
    private int _references = 1;

    internal EncodedPacket(byte[] buffer, int start, int length, bool pooled)
    {
        _buffer = buffer;
        _start = start;
        Length = length;
        _pooled = pooled;
    }

    /// <summary>Gets the number of bytes in the WebSocket form; what the outbound queue accounts.</summary>
    public int Length { get; }

    /// <summary>Gets a value indicating whether transports that can compress should do so.</summary>
    public bool Compress { get; init; } = true;

    /// <summary>Gets what may become of the packet when it has to wait.</summary>
    internal PacketShedding Shedding { get; init; }

    /// <summary>Gets the bytes as a server writes them to a WebSocket.</summary>
    public ReadOnlyMemory<byte> WebSocketForm => Buffer.AsMemory(_start, Length);

    /// <summary>Gets the messages one by one, for transports that have a framing of their own.</summary>
    public EncodedMessages Messages => new(WebSocketForm);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(EncodedPacket), "The packet was released by all its owners.");

    /// <summary>Makes a packet of one text message that is never given back, for frames that everybody sends (ping, noop).</summary>
    /// <param name="text">The text with the digit of its frame, in UTF-8.</param>
    /// <returns>The packet.</returns>
    public static EncodedPacket CreateConstant(ReadOnlySpan<byte> text)
    {
        Span<byte> header = stackalloc byte[WebSocketFrameHeader.MaxLength];
        int headerLength = WebSocketFrameHeader.Write(header, WebSocketOpcode.Text, text.Length);
        return new EncodedPacket([.. header[..headerLength], .. text], 0, headerLength + text.Length, pooled: false);
    }

    /// <summary>Makes a control frame of WebSockets without a payload that is never given back. Only a transport that writes the WebSocket form can send it.</summary>
    internal static EncodedPacket CreateControl(WebSocketOpcode opcode)
    {
        byte[] frame = new byte[2];
        return new EncodedPacket(frame, 0, WebSocketFrameHeader.Write(frame, opcode, 0), pooled: false);
    }

    /// <summary>Joins packets into one, so that many go out with one write.</summary>
    /// <param name="packets">The packets, in order. They stay with their owners.</param>
    /// <returns>A new packet that the caller owns.</returns>
    public static EncodedPacket Concat(ReadOnlySpan<EncodedPacket> packets)
    {
        int length = 0;
        bool compress = false;
        foreach (EncodedPacket packet in packets)
        {
            length = checked(length + packet.Length);
            compress |= packet.Compress;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        int position = 0;
        foreach (EncodedPacket packet in packets)
        {
            packet.WebSocketForm.Span.CopyTo(buffer.AsSpan(position));
            position += packet.Length;
        }

        return new EncodedPacket(buffer, 0, length, pooled: true) { Compress = compress };
    }

    /// <summary>Adds an owner.</summary>
    public void Retain()
    {
        if (_pooled)
        {
            Interlocked.Increment(ref _references);
        }
    }

    /// <summary>Removes an owner; the last one gives the buffer back.</summary>
    public void Release()
    {
        if (_pooled && Interlocked.Decrement(ref _references) == 0)
        {
            byte[]? buffer = Interlocked.Exchange(ref _buffer, null);
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}

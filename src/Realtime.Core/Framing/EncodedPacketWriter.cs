using System.Buffers;

namespace Realtime.Core.Framing;

/// <summary>Builds an <see cref="EncodedPacket"/>: codecs write messages into it, one after the other.</summary>
/// <remarks>
/// Confined to one thread at a time. Take one with <see cref="Rent"/>, write messages, end with <see cref="Build(bool)"/>, which also gives the writer back.
/// </remarks>
public sealed class EncodedPacketWriter : IBufferWriter<byte>
{
    private const int InitialCapacity = 256;

    [ThreadStatic]
    private static EncodedPacketWriter? s_idle;

    private byte[] _buffer = [];
    private int _written;
    private int _packetStart;
    private int _messageStart;
    private bool _binary;
    private bool _open;

    private EncodedPacketWriter()
    {
    }

    /// <summary>Takes an empty writer.</summary>
    /// <returns>The writer.</returns>
    public static EncodedPacketWriter Rent()
    {
        EncodedPacketWriter writer = s_idle ?? new EncodedPacketWriter();
        s_idle = null;
        writer._buffer = ArrayPool<byte>.Shared.Rent(InitialCapacity);
        writer._written = 0;
        writer._packetStart = -1;
        writer._open = false;
        return writer;
    }

    /// <summary>Begins a text message and writes the digit of its frame.</summary>
    /// <param name="kind">The kind of frame.</param>
    public void BeginText(FrameKind kind = FrameKind.Message)
    {
        Begin(binary: false);
        GetSpan(1)[0] = (byte)('0' + (int)kind);
        Advance(1);
    }

    /// <summary>Begins a text message that brings the digit of its frame along.</summary>
    public void BeginRawText() => Begin(binary: false);

    /// <summary>Begins a binary message.</summary>
    public void BeginBinary() => Begin(binary: true);

    /// <summary>Ends the message that was begun last.</summary>
    /// <exception cref="InvalidOperationException">No message was begun.</exception>
    public void EndMessage()
    {
        if (!_open)
        {
            throw new InvalidOperationException("EndMessage needs a message that was begun.");
        }

        _open = false;
        int length = _written - _messageStart;
        int header = WebSocketFrameHeader.SizeOf(length);
        int start = _messageStart - header;
        if (_packetStart < 0)
        {
            // The first header is set right before its payload; what was reserved too much stays unused in front.
            _packetStart = start;
        }
        else
        {
            // Later messages follow the one before without a hole, so the payload moves down to its header.
            int end = _messageStart - WebSocketFrameHeader.MaxLength;
            _buffer.AsSpan(_messageStart, length).CopyTo(_buffer.AsSpan(end + header));
            start = end;
            _written = end + header + length;
        }

        WebSocketFrameHeader.Write(_buffer.AsSpan(start), _binary ? WebSocketOpcode.Binary : WebSocketOpcode.Text, length);
    }

    /// <summary>Writes a whole binary message.</summary>
    /// <param name="data">The bytes.</param>
    public void WriteBinaryMessage(ReadOnlySpan<byte> data)
    {
        BeginBinary();
        this.Write(data);
        EndMessage();
    }

    /// <summary>Ends the packet and gives the writer back; it must not be used afterwards.</summary>
    /// <param name="compress">Whether transports that can compress should do so.</param>
    /// <returns>The packet; the caller owns it.</returns>
    /// <exception cref="InvalidOperationException">A message is still open, or there is none.</exception>
    public EncodedPacket Build(bool compress = true) => Build(compress, default);

    /// <summary>Ends a packet that may be dropped when it has to wait.</summary>
    internal EncodedPacket Build(bool compress, in SheddingRule rule)
    {
        if (_open || _packetStart < 0)
        {
            throw new InvalidOperationException("A packet needs at least one message, and every message has to be ended.");
        }

        int length = _written - _packetStart;
        EncodedPacket packet = rule.Shedding == PacketShedding.SameKey
            ? new KeyedPacket(_buffer, _packetStart, length, rule.Key) { Compress = compress }
            : new EncodedPacket(_buffer, _packetStart, length, pooled: true) { Compress = compress, Shedding = rule.Shedding };
        _buffer = [];
        s_idle = this;
        return packet;
    }

    /// <summary>Gives the writer back without a packet, after a failure.</summary>
    public void Abandon()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        s_idle = this;
    }

    /// <inheritdoc />
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _written);
        _written += count;
    }

    /// <inheritdoc />
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_written);
    }

    /// <inheritdoc />
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_written);
    }

    private void Begin(bool binary)
    {
        if (_open)
        {
            throw new InvalidOperationException("The message before has to be ended first.");
        }

        // Room for the largest header; how long it really is shows when the payload is complete.
        Reserve(WebSocketFrameHeader.MaxLength);
        _written += WebSocketFrameHeader.MaxLength;
        _messageStart = _written;
        _binary = binary;
        _open = true;
    }

    private void Reserve(int sizeHint)
    {
        int needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - _written >= needed)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(checked(Math.Max(_buffer.Length * 2, _written + needed)));
        _buffer.AsSpan(0, _written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

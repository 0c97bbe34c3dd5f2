using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Core.Rooms;

/// <summary>One event on its way to many: encoded at most once per codec, however many get it.</summary>
/// <remarks>Guarded by the sender of the room that it is in: only one thread encodes. Counted references, as <see cref="EncodedPacket"/>.</remarks>
internal sealed class Broadcast
{
    private readonly Packet _packet;
    private readonly bool _compress;
    private readonly SheddingRule _rule;
    private readonly Lock _gate = new();
    private IPacketCodec? _codec;
    private EncodedPacket? _encoded;
    private List<(IPacketCodec Codec, EncodedPacket Encoded)>? _others;
    private int _references = 1;

    internal Broadcast(in Packet packet, bool compress, bool isVolatile, in SheddingRule rule = default)
    {
        _rule = rule;
        _packet = packet;
        _compress = compress;
        IsVolatile = isVolatile;
    }

    internal bool IsVolatile { get; }

    /// <summary>Gets what clients that recover get behind the arguments; empty when the codec makes it.</summary>
    internal ReadOnlyMemory<byte> Tail => _packet.Tail;

    /// <summary>Gets a value indicating whether it may be dropped by itself at a recipient that is behind.</summary>
    internal bool IsSheddable => _rule.Shedding != PacketShedding.Never;

    /// <summary>Gets the packet in the form of a codec. The broadcast owns it.</summary>
    internal EncodedPacket For(IPacketCodec codec)
    {
        lock (_gate)
        {
            if (_codec == codec)
            {
                return _encoded!;
            }

            foreach ((IPacketCodec Codec, EncodedPacket Encoded) other in _others ?? [])
            {
                if (other.Codec == codec)
                {
                    return other.Encoded;
                }
            }

            EncodedPacket encoded = PacketEncoder.Encode(codec, in _packet, _compress, in _rule);
            if (_codec is null)
            {
                _codec = codec;
                _encoded = encoded;
            }
            else
            {
                (_others ??= []).Add((codec, encoded));
            }

            return encoded;
        }
    }

    internal void Retain() => Interlocked.Increment(ref _references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) > 0)
        {
            return;
        }

        _encoded?.Release();
        foreach ((IPacketCodec _, EncodedPacket encoded) in _others ?? [])
        {
            encoded.Release();
        }
    }
}

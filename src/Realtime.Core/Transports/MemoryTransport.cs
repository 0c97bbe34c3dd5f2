using System.Buffers;
using Realtime.Core.Framing;

namespace Realtime.Core.Transports;

/// <summary>The server's end of a pair in memory. The other end is <see cref="MemoryPeer"/>. For tests, simulations and clients in the same process.</summary>
/// <remarks>Thread-safe. Both directions are bounded by what the other side reads: the peer can be paused to play a slow reader.</remarks>
public sealed class MemoryTransport : ITransport
{
    private readonly MemoryPeer _peer;
    private readonly bool _isPolling;

    internal MemoryTransport(MemoryPeer peer, string name)
    {
        _peer = peer;
        Name = name;
        _isPolling = name == TransportNames.Polling;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public bool CanSend => _peer.CanReceive;

    /// <inheritdoc />
    public long UnsentBytes => 0;

    /// <summary>Makes a connected pair.</summary>
    /// <param name="name">The name that the transport goes by; polling and websocket behave alike in memory.</param>
    /// <returns>The client's end; its <see cref="MemoryPeer.Transport"/> is the server's.</returns>
    public static MemoryPeer CreatePair(string name = TransportNames.WebSocket) => new(name);

    /// <inheritdoc />
    public void Send(ReadOnlySpan<EncodedPacket> packets)
    {
        foreach (EncodedPacket packet in packets)
        {
            foreach (EncodedMessage message in packet.Messages)
            {
                _peer.Deliver(message);
            }
        }
    }

    /// <inheritdoc />
    public bool TryRead(out TransportMessage message)
    {
        if (_peer.TryTakeSent(out EncodedMessage sent))
        {
            message = new TransportMessage(sent.IsBinary, new ReadOnlySequence<byte>(sent.Data));
            return true;
        }

        message = default;
        return false;
    }

    /// <inheritdoc />
    public void Close() => _peer.EndFromServer(_isPolling ? new EncodedMessage(IsBinary: false, "1"u8.ToArray()) : null);

    /// <inheritdoc />
    public void Abort() => _peer.EndFromServer(farewell: null);
}

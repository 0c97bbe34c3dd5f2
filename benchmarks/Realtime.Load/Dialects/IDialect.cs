namespace Realtime.Load.Dialects;

/// <summary>The seam between the loads and a protocol: bytes of the requests, meaning of the packets.</summary>
/// <remarks>Packets are matched byte by byte against what the servers are known to write: a JSON parser here would cost more than the server.</remarks>
internal interface IDialect
{
    string RequestTarget { get; }

    /// <summary>Sent when the upgrade is accepted; empty when the server speaks first.</summary>
    ReadOnlyMemory<byte> Greeting { get; }

    /// <summary>What the client sends by itself once per ping interval; empty when it only answers.</summary>
    ReadOnlyMemory<byte> KeepAlive { get; }

    /// <summary>The interval of the server's pings, as far as it is known.</summary>
    TimeSpan PingInterval { get; }

    /// <summary>Splits a WebSocket message into packets.</summary>
    bool TryTakePacket(ref ReadOnlySpan<byte> message, out ReadOnlySpan<byte> packet);

    /// <summary>Recognises a packet; <paramref name="argument"/> is the inside of its first string argument.</summary>
    PacketKind Read(ReadOnlySpan<byte> packet, out int id, out ReadOnlySpan<byte> argument);

    /// <summary>The frame that answers a packet of this kind; empty when there is none.</summary>
    ReadOnlyMemory<byte> AnswerTo(PacketKind kind);

    RequestTemplate Echo(int argumentLength);

    RequestTemplate Publish(int argumentLength);
}

using Realtime.Redis.Backplane;

namespace Realtime.Redis.Requests;

/// <summary>A request of one node to another, or an answer to one, as bytes.</summary>
/// <remarks>Immutable. A version, the kind, the id of the request, the node that sends it, how long it waits, and what it is about.</remarks>
internal readonly record struct NodeRequest(RequestKind Kind, string Id, string From, TimeSpan Timeout, ReadOnlyMemory<byte> Body)
{
    private const byte Version = 1;

    internal byte[] Encode()
    {
        var output = new ByteWriter(Body.Length + 64);
        output.WriteByte(Version);
        output.WriteByte((byte)Kind);
        output.WriteString(Id);
        output.WriteString(From);
        output.WriteInt64((long)Timeout.TotalMilliseconds);
        output.WriteBytes(Body.Span);
        return output.ToArray();
    }

    /// <exception cref="InvalidDataException">These are not the bytes of one.</exception>
    internal static NodeRequest Decode(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteReader(bytes);
        return input.ReadByte() == Version
            ? new NodeRequest((RequestKind)input.ReadByte(), input.ReadString(), input.ReadString(), TimeSpan.FromMilliseconds(input.ReadInt64()), input.ReadBytes())
            : throw new InvalidDataException("A request of a version that this node does not know.");
    }
}

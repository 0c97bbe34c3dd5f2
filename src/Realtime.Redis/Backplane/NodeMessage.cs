namespace Realtime.Redis.Backplane;

/// <summary>A message in the channel of a node, as <c>publish.lua</c> and <c>enter.lua</c> write it.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Number">Its number: each channel counts its messages, so what is lost shows with the next one.</param>
/// <param name="Call">Which call of the publisher it comes from; 0 of a mark.</param>
/// <param name="Publisher">The node that has published; empty of a mark.</param>
/// <param name="Blocks">The publications, each behind its place in the call.</param>
internal readonly record struct NodeMessage(long Number, long Call, string Publisher, ReadOnlyMemory<byte> Blocks)
{
    internal static NodeMessage Read(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteReader(bytes);
        long number = input.ReadInt64();
        long call = input.ReadInt64();
        string publisher = input.ReadText(input.ReadUInt16());
        return new NodeMessage(number, call, publisher, bytes[(sizeof(long) + sizeof(long) + sizeof(ushort) + publisher.Length)..]);
    }
}

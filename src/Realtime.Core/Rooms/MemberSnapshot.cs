namespace Realtime.Core.Rooms;

/// <summary>The members of a room as they were at one moment.</summary>
/// <remarks>Immutable.</remarks>
internal readonly struct MemberSnapshot(Recipient?[][] chunks, int count)
{
    internal int Count { get; } = count;

    internal int ChunkCount => (Count + MemberList.ChunkSize - 1) / MemberList.ChunkSize;

    internal ReadOnlySpan<Recipient?> Chunk(int index) =>
        chunks[index].AsSpan(0, Math.Min(MemberList.ChunkSize, Count - (index * MemberList.ChunkSize)));
}

namespace Chat;

/// <summary>One file, as the chunks that it came in.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
public sealed class StoredFile(string room, Member author, SharedFile shared)
{
    private readonly Lock _gate = new();
    private readonly List<ReadOnlyMemory<byte>> _chunks = [];
    private long _received;

    public string Room { get; } = room;

    public Member Author { get; } = author;

    public SharedFile Shared { get; } = shared;

    public long Received => Interlocked.Read(ref _received);

    public bool IsComplete => Received == Shared.Size;

    /// <summary>Takes the next chunk. One that came before is ignored: after a reconnect the sender may not know that it arrived.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <param name="bytes">The chunk; every one but the last is full.</param>
    /// <param name="next">The number that is wanted next.</param>
    /// <returns>Whether the chunk belongs to the file.</returns>
    public bool TryWrite(int number, ReadOnlyMemory<byte> bytes, out int next)
    {
        lock (_gate)
        {
            next = _chunks.Count;
            if (number != next)
            {
                return number >= 0;
            }

            if (bytes.Length != Math.Min(ChatRules.ChunkBytes, Shared.Size - _received) || bytes.IsEmpty)
            {
                return false;
            }

            _chunks.Add(bytes);
            Interlocked.Add(ref _received, bytes.Length);
            next++;
            return true;
        }
    }

    public bool TryRead(int number, out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            bool isThere = IsComplete && number >= 0 && number < _chunks.Count;
            bytes = isThere ? _chunks[number] : default;
            return isThere;
        }
    }
}

using System.Diagnostics;

namespace Realtime.Core.Rooms;

/// <summary>The members of a room in dense chunks. A snapshot costs nothing; a change after a snapshot copies one or two chunks, not the room.</summary>
/// <remarks>Guarded by the gate of its room. Snapshots are immutable.</remarks>
internal sealed class MemberList
{
    // 2 KiB of references: a copy on change is cheap, and walking a chunk is one sequential read.
    internal const int ChunkSize = 256;
    private const int FirstSize = 4;

    private readonly List<Membership> _memberships = [];
    private Recipient?[][] _chunks = [];
    private bool[] _isShared = [];
    private bool _isOuterShared;

    internal int Count => _memberships.Count;

    internal IEnumerable<Membership> All => _memberships;

    internal void Add(Membership membership)
    {
        int position = Count;
        int chunk = position / ChunkSize;
        int slot = position % ChunkSize;
        if (slot == 0)
        {
            AppendChunk();
        }

        membership.Position = position;
        _memberships.Add(membership);
        MakeWritable(chunk, slot + 1)[slot] = membership.Recipient;
    }

    internal void Remove(Membership membership)
    {
        int position = membership.Position;
        Debug.Assert(_memberships[position] == membership, "A membership knows where it stands.");
        int last = Count - 1;
        Membership moved = _memberships[last];
        _memberships.RemoveAt(last);
        membership.Position = Membership.Left;
        if (moved != membership)
        {
            moved.Position = position;
            _memberships[position] = moved;
            MakeWritable(position / ChunkSize, 0)[position % ChunkSize] = moved.Recipient;
        }

        MakeWritable(last / ChunkSize, 0)[last % ChunkSize] = null;
        if (last % ChunkSize == 0)
        {
            DropLastChunk();
        }
    }

    internal MemberSnapshot TakeSnapshot()
    {
        Array.Fill(_isShared, true);
        _isOuterShared = true;
        return new MemberSnapshot(_chunks, Count);
    }

    private void AppendChunk()
    {
        _chunks = [.. _chunks, []];
        _isShared = [.. _isShared, false];
        _isOuterShared = false;
    }

    private void DropLastChunk()
    {
        _chunks = _chunks[..^1];
        _isShared = _isShared[..^1];
        _isOuterShared = false;
    }

    private Recipient?[] MakeWritable(int chunk, int minimumLength)
    {
        Recipient?[] current = _chunks[chunk];
        if (!_isShared[chunk] && current.Length >= minimumLength)
        {
            return current;
        }

        int length = current.Length >= minimumLength ? current.Length : Math.Min(ChunkSize, Math.Max(FirstSize, current.Length * 2));
        var copy = new Recipient?[length];
        current.CopyTo(copy, 0);
        if (_isOuterShared)
        {
            _chunks = [.. _chunks];
            _isOuterShared = false;
        }

        _chunks[chunk] = copy;
        _isShared[chunk] = false;
        return copy;
    }
}

namespace Realtime.Core.Rooms;

/// <summary>Who was in a room at one moment, to be asked whether somebody was. Private rooms have one member and no snapshot.</summary>
/// <remarks>Thread-safe. The set is made when it is first asked, so that taking the snapshot of a large room is short.</remarks>
internal sealed class MemberSet(MemberSnapshot? members, Recipient? owner)
{
    private readonly Lock _gate = new();
    private HashSet<Recipient>? _set;

    internal bool Contains(Recipient recipient)
    {
        if (members is not { } snapshot)
        {
            return recipient == owner;
        }

        lock (_gate)
        {
            _set ??= Collect(snapshot);
        }

        return recipient == owner || _set.Contains(recipient);
    }

    internal void AddTo(HashSet<Recipient> set)
    {
        if (owner is not null)
        {
            set.Add(owner);
        }

        for (int chunk = 0; chunk < (members?.ChunkCount ?? 0); chunk++)
        {
            foreach (Recipient? member in members!.Value.Chunk(chunk))
            {
                set.Add(member!);
            }
        }
    }

    private HashSet<Recipient> Collect(MemberSnapshot snapshot)
    {
        var set = new HashSet<Recipient>(snapshot.Count);
        AddTo(set);
        return set;
    }
}

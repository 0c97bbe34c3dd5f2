using Realtime.Core.Protocol;

namespace Realtime.Core.Sessions;

/// <summary>One session in memory: the record taken apart, who owns it, and its place among those that wait for their client.</summary>
/// <remarks>Guarded by the gate of its store.</remarks>
internal sealed class MemorySession
{
    private readonly SortedList<long, EventPayload> _acks = [];
    private SessionRecord _record;

    internal MemorySession(SessionRecord record, ISessionOwner owner)
    {
        _record = record with { Fence = record.Fence + 1, Acks = [] };
        foreach (StoredAck ack in record.Acks)
        {
            _acks.TryAdd(ack.Number, ack.Payload);
        }

        Owner = owner;
        Node = new LinkedListNode<MemorySession>(this);
    }

    internal SessionOwnership Ownership => _record.Ownership;

    internal string? UserId => _record.UserId;

    internal long Attempt
    {
        get => _record.Attempt;
        set => _record = _record with { Attempt = value };
    }

    /// <summary>Gets or sets the node to ask before somebody else takes the session; <see langword="null"/> when nobody has anything of it any more.</summary>
    internal ISessionOwner? Owner { get; set; }

    /// <summary>Gets or sets the question to the owner that is on its way.</summary>
    internal YieldRequest? Yielding { get; set; }

    /// <summary>Gets or sets how many claims wait for <see cref="Yielding"/>. Such a session neither expires nor makes room for another.</summary>
    internal int Claims { get; set; }

    /// <summary>Gets its place among the released; in no list while it is live.</summary>
    internal LinkedListNode<MemorySession> Node { get; }

    /// <summary>Gets or sets when it was released, on the clock of the store.</summary>
    internal TimeSpan Released { get; set; }

    internal void Apply(SessionChange change)
    {
        long confirmed = Math.Max(_record.Confirmed, change.Confirmed);
        if (change.Rooms is not null || confirmed > _record.Confirmed)
        {
            _record = _record with { Confirmed = confirmed, Rooms = change.Rooms ?? _record.Rooms };
        }

        if (change.Ack is { } ack)
        {
            _acks.TryAdd(ack.Number, ack.Payload);
        }

        while (_acks.Count > 0 && _acks.Keys[0] <= confirmed)
        {
            _acks.RemoveAt(0);
        }
    }

    internal SessionRecord GiveTo(ISessionOwner owner)
    {
        Owner = owner;
        _record = _record with { Fence = _record.Fence + 1 };
        return Snapshot();
    }

    internal SessionRecord Snapshot() => _record with { Acks = [.. _acks.Select(static ack => new StoredAck(ack.Key, ack.Value))] };
}

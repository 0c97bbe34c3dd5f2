namespace Realtime.Client.Sending;

/// <summary>The packets of an <see cref="Outbox"/>, in order, with what they weigh.</summary>
/// <remarks>Guarded by the gate of the outbox. A linked list, because a caller that waits no more takes its packet out of the middle.</remarks>
internal sealed class WaitingPackets(int maxCount, int maxBytes)
{
    private readonly LinkedList<OutgoingPacket> _packets = new();
    private TaskCompletionSource? _room;
    private long _bytes;

    internal int Count => _packets.Count;

    /// <summary>Gets the number of bytes. It may be read without the gate.</summary>
    internal long Bytes => Interlocked.Read(ref _bytes);

    internal LinkedListNode<OutgoingPacket>? First => _packets.First;

    /// <summary>Gets the number of those that get no number, so that no window holds them back.</summary>
    internal int PassingCount { get; private set; }

    internal bool HasRoomFor(OutgoingPacket packet) => Count < maxCount && Bytes + packet.Bytes <= maxBytes;

    /// <summary>Tells whether a packet would be taken if nothing else were there.</summary>
    internal bool CouldTake(OutgoingPacket packet) => packet.Bytes <= maxBytes;

    internal void Add(OutgoingPacket packet)
    {
        packet.Place = _packets.AddLast(packet);
        Interlocked.Add(ref _bytes, packet.Bytes);
        PassingCount += packet.IsNumberable ? 0 : 1;
    }

    internal void Remove(OutgoingPacket packet)
    {
        _packets.Remove(packet.Place!);
        packet.Place = null;
        Interlocked.Add(ref _bytes, -packet.Bytes);
        PassingCount -= packet.IsNumberable ? 0 : 1;
        packet.Goodbye?.TrySetResult();
        if (Bytes <= maxBytes / 2 && Count <= maxCount / 2)
        {
            SignalRoom();
        }
    }

    /// <summary>Gets what completes when there is room again, for more than one packet, or when it is of no use to wait for it.</summary>
    internal Task WhenRoom() => (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Lets those who wait for room look again.</summary>
    internal void SignalRoom()
    {
        _room?.TrySetResult();
        _room = null;
    }

    /// <summary>Takes the oldest packets out until there is room.</summary>
    /// <returns>What was taken out.</returns>
    internal List<OutgoingPacket> MakeRoomFor(OutgoingPacket packet)
    {
        List<OutgoingPacket> dropped = [];
        while (!HasRoomFor(packet) && First?.Value is { } oldest)
        {
            Remove(oldest);
            dropped.Add(oldest);
        }

        return dropped;
    }

    /// <summary>Gets a list of those that fit, so that they may be removed meanwhile.</summary>
    internal List<OutgoingPacket> Where(Func<OutgoingPacket, bool> fits) => [.. Enumerable.Where(_packets, fits)];
}

using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Core.Rooms;

/// <summary>One addressee of publications: a queue and the codec that its client speaks. What rooms are made of; they know no sockets.</summary>
/// <remarks>Thread-safe. Its memberships are guarded by the gate of the <see cref="RoomIndex"/> that it is in.</remarks>
public class Recipient
{
    private Membership? _firstMembership;
    private HeldRooms? _held;

    /// <summary>Initializes a new instance of the <see cref="Recipient"/> class.</summary>
    /// <param name="id">The id of the socket: also the name of its private room.</param>
    /// <param name="connection">The connection that leads to the client.</param>
    /// <param name="codec">The codec of the client.</param>
    /// <param name="owner">What the layer above sees in the recipient.</param>
    public Recipient(string id, Connection connection, IPacketCodec codec, object owner)
    {
        ArgumentNullException.ThrowIfNull(connection);
        Id = id;
        Outbound = connection.Outbound;
        Codec = codec;
        Owner = owner;
    }

    /// <summary>Gets the id of the socket.</summary>
    public string Id { get; }

    /// <summary>Gets the queue of the connection.</summary>
    public OutboundQueue Outbound { get; }

    /// <summary>Gets the codec of the client.</summary>
    public IPacketCodec Codec { get; }

    /// <summary>Gets what the layer above sees in the recipient: its socket.</summary>
    public object Owner { get; }

    /// <summary>Gets the memberships as a linked list: most recipients are in few rooms, and a list costs no array.</summary>
    internal Membership? FirstMembership => _firstMembership;

    internal bool IsInIndex { get; set; }

    /// <summary>Gets or sets a value indicating whether it was in a room that it has left, or was taken out of to read the log: it may be owed what is on its way there.</summary>
    internal bool HasLeftRooms { get; set; }

    /// <summary>Gets or sets what is deferred in its namespace. Set once, before it is in any room.</summary>
    internal DeferredRoom? Deferred { get; set; }

    /// <summary>Gets or sets a value indicating whether it has left its private room, so that its id leads nowhere any more.</summary>
    internal bool HasLeftPrivateRoom { get; set; }

    /// <summary>Gets which rooms the backplane was told of on its behalf. Made when it is first asked for: a single node never does.</summary>
    internal HeldRooms Held => LazyInitializer.EnsureInitialized(ref _held, static () => new HeldRooms());

    /// <summary>Sends a packet to this recipient alone, behind everything that was sent to its rooms before.</summary>
    /// <param name="packet">The packet; retained if it has to wait.</param>
    /// <param name="isVolatile">Whether to drop it when it cannot go out at once.</param>
    /// <returns>Whether it was taken.</returns>
    public bool Send(EncodedPacket packet, bool isVolatile = false)
    {
        CatchUp();
        return isVolatile ? Outbound.SendVolatile(packet) : Outbound.Send(packet);
    }

    /// <summary>To be called before something is sent to this recipient directly: what was published to its rooms before goes first.</summary>
    internal void CatchUp()
    {
        if (Deferred?.Current is { } room)
        {
            FlushScope scope = FlushScope.Enter(); // the room only hands over to the queue: it does not write under its gate
            try
            {
                room.CatchUp(this);
            }
            finally
            {
                scope.Exit();
            }
        }

        FlushScope.Current?.CatchUp(this);
    }

    /// <summary>Sends a packet as <see cref="Send"/> does.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="tail">What it ends in; empty when it has no such end, or the codec has made it.</param>
    /// <param name="isVolatile">Whether to drop it when it cannot go out at once.</param>
    internal virtual bool SendMarked(EncodedPacket packet, ReadOnlyMemory<byte> tail, bool isVolatile) => Send(packet, isVolatile);

    /// <summary>Sends a broadcast without a number, behind nothing but what was sent to the connection.</summary>
    internal virtual bool Deliver(Broadcast broadcast) =>
        broadcast.IsVolatile ? Outbound.SendVolatile(broadcast.For(Codec)) : Outbound.Send(broadcast.For(Codec));

    internal Membership? Find(Room room)
    {
        Membership? membership = _firstMembership;
        while (membership is not null && membership.Room != room)
        {
            membership = membership.Next;
        }

        return membership;
    }

    /// <summary>Gets the names of its rooms, its private one first.</summary>
    internal List<string> RoomNames(Room except)
    {
        List<string> names = [];
        for (Membership? membership = _firstMembership; membership is not null; membership = membership.Next)
        {
            if (membership.Room != except && membership.Room.Name != Id)
            {
                names.Add(membership.Room.Name);
            }
        }

        if (!HasLeftPrivateRoom)
        {
            names.Add(Id);
        }

        names.Reverse();
        return names;
    }

    internal void Link(Membership membership)
    {
        membership.Next = _firstMembership;
        if (_firstMembership is not null)
        {
            _firstMembership.Previous = membership;
        }

        _firstMembership = membership;
    }

    internal void Unlink(Membership membership)
    {
        HasLeftRooms = true;
        if (membership.Previous is null)
        {
            _firstMembership = membership.Next;
        }
        else
        {
            membership.Previous.Next = membership.Next;
        }

        if (membership.Next is not null)
        {
            membership.Next.Previous = membership.Previous;
        }
    }
}

using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Presence;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Timing;

namespace Realtime.Core.Namespaces;

/// <summary>One namespace on this node: its sockets and rooms, and the way of everything that is emitted in it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Namespace : IRoomObserver
{
    private readonly NamespaceEnvironment _environment;
    private readonly NamespaceDefinition _definition;
    private readonly FanOut _fanOut;
    private ulong _lastAckId;

    internal Namespace(NamespacePath path, NamespaceDefinition definition, NamespaceEnvironment environment)
    {
        Path = path;
        _definition = definition;
        _environment = environment;
        Index = new RoomIndex(environment.FanOut, environment.Meter, definition.RoomChanges.Count > 0 || definition.PresencePatterns.Count > 0 ? this : null);
        _fanOut = new FanOut(Index);
        Pipeline = new NamespacePipeline(this, definition, environment);
        Occupancy = new Occupancy(definition.MaxConnections, environment.Limits.Users, environment.Listed);
        Public = new RealtimeNamespace(this);
        Recovery = new SessionRecovery(this, environment.Recovery);
        PlainRooms = new PlainRooms(this, environment.Backplane);
        Cluster = new NamespaceCluster(this, definition, environment.Backplane);
        Presence = definition.PresencePatterns.Count == 0 ? null : new NamespacePresence(this, definition, environment.Presence, environment.PresenceOptions, environment.TimeProvider);
    }

    internal NamespacePath Path { get; }

    internal RoomIndex Index { get; }

    internal NamespacePipeline Pipeline { get; }

    internal Occupancy Occupancy { get; }

    internal RealtimeNamespace Public { get; }

    /// <summary>Gets what is asked here and of other nodes.</summary>
    internal NamespaceCluster Cluster { get; }

    /// <summary>Gets the presence of users; <see langword="null"/> where it is not tracked.</summary>
    internal NamespacePresence? Presence { get; }

    /// <summary>Gets the sessions of clients that recover.</summary>
    internal SessionRecovery Recovery { get; }

    /// <summary>Gets the rooms of sockets without a session.</summary>
    internal PlainRooms PlainRooms { get; }

    /// <summary>Gets the codec of clients that recover.</summary>
    internal IPacketCodec RecoveringCodec => _environment.RecoveringCodec;

    /// <summary>Gets the number of the next event that has none in a log, for clients that recover.</summary>
    internal long NextUnnumbered() => _environment.RecoveringCodec.NextUnnumbered();

    internal ILogger Logger => _environment.Logger;

    internal PayloadSerializer Serializer => _environment.Serializer;

    /// <summary>Gets a value indicating whether a refused event that asked for no acknowledgement is answered by an event.</summary>
    internal bool SendsErrorEvents => _environment.SendsErrorEvents;

    internal RealtimeMeter Meter => _environment.Meter;

    internal TimingWheel Wheel => _environment.Wheel;

    internal TimeSpan AckTimeout => _environment.AckTimeout;

    internal Authenticators Authentication => _environment.Authentication;

    internal IEnumerable<RealtimeSocket> Sockets => Index.Recipients.Select(static recipient => (RealtimeSocket)recipient.Owner);

    // One counter for all sockets: a broadcast that asks for answers carries one id, which must be free at each of them.
    internal ulong NextAckId() => Interlocked.Increment(ref _lastAckId) - 1;

    internal Publication CreateEvent(Audience audience, EventPayload payload, EmitFlags flags) => new()
    {
        Kind = PublicationKind.Event,
        Namespace = Path,
        Audience = audience,
        Payload = payload,
        IsVolatile = flags.IsVolatile,
        Compress = flags.Compress,
        ConflationKey = flags.ConflationKey,
    };

    /// <summary>Gets what may become of an event of this namespace that has to wait. One that asks for an answer is never dropped.</summary>
    internal SheddingRule RuleFor(in Packet packet, bool isVolatile, string? conflationKey) => packet.Kind != PacketKind.Event || packet.AckId is not null
        ? default
        : _definition.Backpressure switch
        {
            BackpressurePolicy.DropOldest => new(PacketShedding.Oldest, default),
            BackpressurePolicy.DropVolatileFirst when isVolatile => new(PacketShedding.Volatile, default),
            BackpressurePolicy.Conflate when conflationKey is not null => new(PacketShedding.SameKey, new ConflationKey(Path, conflationKey)),
            _ => default,
        };

    /// <summary>Counts those in an audience whose clients are behind, on this node.</summary>
    internal int CountCongested(Audience audience) =>
        _environment.Congestion.Count == 0 ? 0 : _fanOut.Select(audience).Count(static recipient => recipient.Outbound.IsCongested);

    /// <summary>Gets a value indicating whether what is published under the same id again is not appended a second time.</summary>
    internal bool AppendsOnce => _environment.Backplane.AppendsOnce;

    internal ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken) => _environment.Backplane.PublishAsync(
        AppendsOnce && publication.CanBeNumbered && MessageEmits.Current is { } emits ? publication with { Id = emits.Next() } : publication, cancellationToken);

    /// <summary>Publishes what nobody asks the place of.</summary>
    internal ValueTask SendAsync(Publication publication, CancellationToken cancellationToken)
    {
        ValueTask<PublishResult> published = PublishAsync(publication, cancellationToken);
        return published.IsCompletedSuccessfully ? default : AwaitAsync(published);

        static async ValueTask AwaitAsync(ValueTask<PublishResult> published) => await published.ConfigureAwait(false);
    }

    internal ValueTask<int> CountNodesAsync(CancellationToken cancellationToken) => _environment.Backplane.CountNodesAsync(Path, cancellationToken);

    /// <summary>Applies a publication to the sockets of this node.</summary>
    internal ValueTask ApplyAsync(Publication publication)
    {
        switch (publication.Kind)
        {
            case PublicationKind.Event:
                NotifyOutgoing(publication);
                Packet packet = CreatePacket(publication.Payload, ackId: null) with { Tail = NextTail() };
                SheddingRule rule = RuleFor(in packet, publication.IsVolatile, publication.ConflationKey);
                return _fanOut.SendAsync(publication.Audience, in packet, publication.Compress, publication.IsVolatile, in rule);
            case PublicationKind.Join:
                return Pipeline.Access.JoinAsync(Select(publication.Audience), publication.Rooms);
            case PublicationKind.Leave:
                return LeaveAsync([.. Select(publication.Audience)], publication.Rooms);
            case PublicationKind.Disconnect:
                return DisconnectAsync([.. Select(publication.Audience)], publication.CloseConnection);
            case PublicationKind.ServerEvent:
                // Called in order, but not waited for: behind it wait the publications of everybody.
                _ = Cluster.HandleServerEventAsync(publication.Payload).AsTask();
                return default;
            default:
                return default;
        }
    }

    /// <summary>Gives a numbered publication its place in the rooms of this node.</summary>
    internal PlacedPublication Place(Publication publication, PublishResult result)
    {
        Recovery.Order.Advance(result, isControl: publication.Kind != PublicationKind.Event);
        if (publication.Kind != PublicationKind.Event)
        {
            return new PlacedControl(this, publication, result.Order);
        }

        Packet packet = CreatePacket(publication.Payload, ackId: null);
        SheddingRule rule = RuleFor(in packet, isVolatile: false, publication.ConflationKey);
        var plain = new Broadcast(in packet, publication.Compress, isVolatile: false, in rule);
        return new PlacedInRooms(this, publication, _fanOut.Place(publication.Audience, plain, NumberedCopies.Create(publication, result, in packet)));
    }

    /// <summary>Gets the end of an event that has no number, where clients may show it when they come back. Elsewhere the codec makes it, if it is needed.</summary>
    internal ReadOnlyMemory<byte> NextTail() =>
        _environment.Recovery.Options.StockClients ? Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"~{NextUnnumbered()}")) : default;

    internal void NotifyOutgoing(Publication publication)
    {
        if (Pipeline.HasOutgoingListeners)
        {
            Pipeline.NotifyOutgoing(Select(publication.Audience), publication.Payload);
        }
    }

    internal TAck? ReadAck<TAck>(EventArguments answer) => Serializer.Deserialize<TAck>(answer.Count > 0 ? answer[0] : EventArguments.Missing);

    internal IEnumerable<RealtimeSocket> Select(Audience audience) => _fanOut.Select(audience).Select(static recipient => (RealtimeSocket)recipient.Owner);

    internal Packet CreatePacket(EventPayload payload, AckId? ackId) => new()
    {
        Kind = PacketKind.Event,
        Namespace = Path.Utf8Memory,
        AckId = ackId,
        Data = payload.Data,
        Attachments = payload.Attachments,
    };

    private static async ValueTask DisconnectAsync(RealtimeSocket[] sockets, bool closeConnection)
    {
        foreach (RealtimeSocket socket in sockets)
        {
            await socket.DisconnectAsync(closeConnection).ConfigureAwait(false);
        }
    }

    private async ValueTask LeaveAsync(RealtimeSocket[] sockets, IReadOnlyList<string> rooms)
    {
        foreach (RealtimeSocket socket in sockets)
        {
            await Pipeline.Access.LeaveAsync(socket, [.. rooms]).ConfigureAwait(false);
        }
    }

    public void RoomCreated(string room) => Notify(new RoomChange(RoomChangeKind.Created, Path.Value, room, null));

    public void RoomDeleted(string room) => Notify(new RoomChange(RoomChangeKind.Deleted, Path.Value, room, null));

    public void Joined(string room, Recipient recipient)
    {
        Presence?.OnChanged(room, recipient);
        Notify(new RoomChange(RoomChangeKind.Joined, Path.Value, room, recipient.Id));
    }

    public void Left(string room, Recipient recipient)
    {
        Presence?.OnChanged(room, recipient);
        Notify(new RoomChange(RoomChangeKind.Left, Path.Value, room, recipient.Id));
    }

    private void Notify(RoomChange change)
    {
        foreach (Action<RoomChange> listener in _definition.RoomChanges)
        {
            listener(change);
        }
    }
}

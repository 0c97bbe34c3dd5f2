using System.Text.Json;
using Realtime.Core.Acks;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>What is asked in one namespace: of this node and, through the backplane, of all others; and what the others ask.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class NamespaceCluster(Namespace owner, NamespaceDefinition definition, IBackplane backplane)
{
    // A single node has none, and asks nobody but itself.
    private readonly IClusterBackplane? _others = backplane as IClusterBackplane;

    /// <summary>Asks everybody in an audience, under one id on each node.</summary>
    internal async ValueTask<BroadcastAcks> AskManyAsync(Audience audience, EventPayload payload, EmitFlags flags, CancellationToken cancellationToken)
    {
        TimeSpan timeout = flags.Timeout ?? owner.AckTimeout;
        ulong id = owner.NextAckId();
        var request = new BroadcastAckRequest(owner.Wheel, id, timeout);
        RealtimeSocket[] asked = Register(request, audience);
        if (_others is null || audience.LocalOnly)
        {
            return await request.RunAsync(() => Send(asked, id, payload, flags), cancellationToken).ConfigureAwait(false);
        }

        using var ended = new CancellationTokenSource();
        request.AwaitNodes();
        try
        {
            return await request.RunAsync(
                () =>
                {
                    _ = AskOthersAsync(request, owner.CreateEvent(audience, payload, flags), timeout, ended.Token);
                    Send(asked, id, payload, flags);
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends an event of another node that asks for answers, and reports them.</summary>
    internal void Relay(Publication publication, TimeSpan? timeout, IBroadcastAnswers answers)
    {
        ulong id = owner.NextAckId();
        var request = new BroadcastAckRequest(owner.Wheel, id, timeout ?? owner.AckTimeout, answers.OnAnswer);
        RealtimeSocket[] asked = Register(request, publication.Audience);
        answers.OnAsked(asked.Length);
        if (asked.Length > 0)
        {
            var flags = new EmitFlags(publication.IsVolatile, publication.Compress, timeout);
            _ = RelayAsync(request, () => Send(asked, id, publication.Payload, flags));
        }
    }

    internal async ValueTask<IReadOnlyList<RemoteSocket>> FetchSocketsAsync(Audience audience, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        RemoteSocket[] here = [.. owner.Select(audience).Select(CreateRemote)];
        return _others is null || audience.LocalOnly
            ? here
            : [.. here, .. (await _others.FetchSocketsAsync(owner.Path, audience, timeout, cancellationToken).ConfigureAwait(false)).Select(CreateRemote)];
    }

    internal async ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(CancellationToken cancellationToken)
    {
        var rooms = new HashSet<string>(ListRooms(), StringComparer.Ordinal);
        if (_others is not null)
        {
            rooms.UnionWith(await _others.FetchRoomsAsync(owner.Path, cancellationToken).ConfigureAwait(false));
        }

        return rooms;
    }

    internal ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(EventPayload payload, CancellationToken cancellationToken) =>
        _others?.AskServersAsync(owner.Path, payload, cancellationToken) ?? new([]);

    internal IReadOnlyCollection<string> ListRooms() => [.. owner.Sockets.Where(static socket => !socket.Recipient.HasLeftPrivateRoom).Select(static socket => socket.Id), .. owner.Index.RoomNames];

    internal IReadOnlyList<SocketDescription> DescribeSockets(Audience audience) =>
        [.. owner.Select(audience).Select(socket => new SocketDescription(socket.Id, socket.Rooms, owner.Serializer.SerializeValue(socket.Data), socket.Handshake, socket.Auth.Json))];

    /// <summary>Runs the server-side handler of an event.</summary>
    /// <returns>What it returned; <see langword="null"/> when there is none or it failed.</returns>
    internal async ValueTask<EventArguments?> HandleServerEventAsync(EventPayload payload)
    {
        string? name = null;
        try
        {
            EventArguments all = Read(payload);
            name = owner.Serializer.Deserialize<string>(all[0]);
            return name is not null && definition.ServerHandlers.TryGetValue(name, out Func<EventArguments, ValueTask<object?>>? handler)
                ? Read(owner.Serializer.SerializeAck([await handler(all.Skip(1)).ConfigureAwait(false)]))
                : null;
        }
#pragma warning disable CA1031 // The handler is the application's, and the event another node's: neither must end what reads the backplane.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.ServerEventFailed(owner.Logger, exception, name ?? "", owner.Path.Value);
            return null;
        }
    }

    private EventArguments Read(EventPayload payload)
    {
        var packet = new Packet { Kind = PacketKind.Ack, Namespace = owner.Path.Utf8Memory, Data = payload.Data, Attachments = payload.Attachments };
        return EventArguments.From(in packet);
    }

    private async Task AskOthersAsync(BroadcastAckRequest request, Publication publication, TimeSpan timeout, CancellationToken ended)
    {
        try
        {
            if (await _others!.AskAsync(publication, timeout, new RemoteAnswers(request), ended).ConfigureAwait(false))
            {
                request.OnNodesCounted();
            }
        }
        catch (OperationCanceledException)
        {
            // The request has ended.
        }
#pragma warning disable CA1031 // Nobody awaits this: the request goes on with what this node and those in reach answer.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.AskFailed(owner.Logger, exception, owner.Path.Value);
        }
    }

    private async Task RelayAsync(BroadcastAckRequest request, Action send)
    {
        try
        {
            await request.RunAsync(send, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody awaits this: whoever asked waits no longer than its timeout.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.AskFailed(owner.Logger, exception, owner.Path.Value);
        }
    }

    private RealtimeSocket[] Register(BroadcastAckRequest request, Audience audience) => [.. owner.Select(audience).Where(socket => request.TryAsk(socket.Acks))];

    private void Send(RealtimeSocket[] asked, ulong id, EventPayload payload, EmitFlags flags)
    {
        owner.Pipeline.NotifyOutgoing(asked, payload);
        Packet packet = owner.CreatePacket(payload, new AckId(id));
        var broadcast = new Broadcast(in packet, flags.Compress, flags.IsVolatile);
        foreach (RealtimeSocket socket in asked)
        {
            socket.Recipient.Send(broadcast.For(socket.Recipient.Codec), flags.IsVolatile);
        }

        broadcast.Release();
    }

    private RemoteSocket CreateRemote(RealtimeSocket socket) =>
        new(socket.Id, socket.Rooms, socket.Data, socket.Handshake, socket.Auth.Json, owner.Public.To(socket.Id)) { Serializer = owner.Serializer };

    private RemoteSocket CreateRemote(SocketDescription socket) =>
        new(socket.Id, socket.Rooms, socket.Data.IsEmpty ? null : JsonElement.Parse(socket.Data.Span), socket.Handshake, socket.Auth, owner.Public.To(socket.Id)) { Serializer = owner.Serializer };
}

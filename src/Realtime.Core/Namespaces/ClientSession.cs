using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>One client as Socket.IO sees it: its sockets in namespaces, and a packet that waits for attachments.</summary>
/// <remarks>What is read is confined to the read loop; the list of sockets is guarded by <c>_gate</c>.</remarks>
internal sealed class ClientSession(Connection connection, PacketRouter router, InboundBudget budget)
{
    private readonly Lock _gate = new();
    private readonly List<RealtimeSocket> _sockets = new(1);
    private readonly List<NamespacePath> _connecting = [];
    private PartialPacket? _partial;
    private bool _closed;

    internal Connection Connection { get; } = connection;

    internal IPacketCodec Codec => Connection.Protocol.Codec ?? router.Environment.Codec;

    internal InboundBudget Budget { get; } = budget;

    internal ValueTask OnMessageAsync(in Frame frame)
    {
        if (_partial is not null)
        {
            return OnAttachmentAsync(in frame);
        }

        if (!Codec.TryRead(in frame, router.Limits, out Packet packet))
        {
            return Violate(Connection.Protocol.FindFault(in frame, router.Limits) ?? "bytes that are no packet", CloseReason.ForcedClose);
        }

        if (packet.AttachmentCount > (packet.Attachments?.Count ?? 0))
        {
            _partial = new PartialPacket(in packet);
            return default;
        }

        return RouteAsync(in packet);
    }

    internal void OnConnectionClosed(CloseReason reason)
    {
        RealtimeSocket[] sockets;
        lock (_gate)
        {
            _closed = true;
            sockets = [.. _sockets];
            _sockets.Clear();
        }

        Budget.Close();
        foreach (RealtimeSocket socket in sockets)
        {
            End(socket, reason, discard: false, isOver: false);
        }
    }

    /// <summary>The session of a socket has another one now: nobody is told, because the client is there already.</summary>
    internal void Drop(RealtimeSocket socket, bool discard = false)
    {
        End(socket, CloseReason.Replaced, discard, isOver: false);
        Connection.Close(CloseReason.Replaced);
    }

    /// <summary>The server disconnects one socket. It stays on the list, so that what its client sent before it knew is ignored rather than a violation.</summary>
    internal void Disconnect(RealtimeSocket socket, CloseReason? reason = null)
    {
        if (socket.Phase == SocketPhase.Connected)
        {
            // Like an event of its own: behind everything that rooms hold back for it, or its client would ignore that.
            socket.Send(new Packet { Kind = PacketKind.Disconnect, Namespace = socket.Owner.Path.Utf8Memory }, EmitFlags.Default);
            End(socket, reason ?? CloseReason.ServerNamespaceDisconnect, discard: true, isOver: true);
        }
    }

    internal void DisconnectAll(CloseReason? reason = null)
    {
        RealtimeSocket[] sockets;
        lock (_gate)
        {
            sockets = [.. _sockets];
        }

        foreach (RealtimeSocket socket in sockets)
        {
            Disconnect(socket, reason);
        }

        Connection.Close(reason ?? CloseReason.ForcedServerClose);
    }

    private ValueTask OnAttachmentAsync(in Frame frame)
    {
        if (!frame.IsBinary)
        {
            return Violate("text where an attachment was due", CloseReason.ForcedClose);
        }

        if (!_partial!.TryComplete(frame.Payload, out Packet packet))
        {
            return default;
        }

        _partial = null;
        return RouteAsync(in packet);
    }

    private ValueTask RouteAsync(in Packet packet)
    {
        if (packet.Kind == PacketKind.Connect)
        {
            return OnConnect(in packet);
        }

        RealtimeSocket? socket = Find(packet.Namespace.Span);
        if (socket is null || packet.Kind == PacketKind.ConnectError)
        {
            return Violate("a packet for a namespace that was not joined", CloseReason.ForcedServerClose);
        }

        if (socket.Phase == SocketPhase.Disconnected)
        {
            return default;
        }

        switch (packet.Kind)
        {
            case PacketKind.Event:
                return socket.Recovery is { Sent: null } session ? OnRecoverableEvent(socket, session, in packet) : OnEvent(socket, in packet);
            case PacketKind.Ack:
                socket.Acks.Complete(in packet);
                return default;
            default:
                lock (_gate)
                {
                    _sockets.Remove(socket);
                }

                End(socket, CloseReason.ClientNamespaceDisconnect, discard: false, isOver: true);
                return default;
        }
    }

    private static ValueTask OnEvent(RealtimeSocket socket, in Packet packet) =>
        socket.Owner.Pipeline.Refresh.TryTake(socket, in packet) ? default : socket.Inbox.Post(in packet);

    private ValueTask OnRecoverableEvent(RealtimeSocket socket, RecoverableSession session, in Packet packet) =>
        socket.Owner.Recovery.Messages.TryTake(socket, session, in packet, out Packet message, out string? violation)
            ? OnEvent(socket, in message)
            : violation is null ? default : Violate(violation, CloseReason.ForcedClose);

    private ValueTask OnConnect(in Packet packet)
    {
        if (!NamespacePath.TryFromWire(packet.Namespace.Span, out NamespacePath? path) || !TryBeginConnect(path))
        {
            return Violate("a namespace that was joined already", CloseReason.ForcedServerClose);
        }

        if (RateLimitGate.CheckJoin(this, router.Environment) is { } refusal)
        {
            NamespaceJoin.Refuse(this, router.Environment, path, refusal);
            return default;
        }

        // Not awaited by the read loop: other namespaces go on while middlewares think. It handles its own errors.
        Connecting = NamespaceJoin.RunAsync(this, router, path, packet.Data.ToArray());
        return default;
    }

    /// <summary>Gets the connect that began last.</summary>
    internal Task Connecting { get; private set; } = Task.CompletedTask;

    private bool TryBeginConnect(NamespacePath path)
    {
        lock (_gate)
        {
            RealtimeSocket? existing = FindLocked(path.Utf8);
            bool isOver = existing is { Phase: SocketPhase.Disconnected } && _sockets.Remove(existing);
            if ((existing is not null && !isOver) || _connecting.Contains(path))
            {
                return false;
            }

            _connecting.Add(path);
            return true;
        }
    }

    /// <summary>Counts a socket in that was admitted.</summary>
    /// <returns>Whether the client is still there.</returns>
    internal bool TryAdd(RealtimeSocket socket)
    {
        lock (_gate)
        {
            _connecting.Remove(socket.Owner.Path);
            if (_closed)
            {
                return false; // The client has gone while middlewares were thinking.
            }

            _sockets.Add(socket);
            socket.Phase = SocketPhase.Connected;
            return true;
        }
    }

    /// <summary>A connect has been refused: the client may try again.</summary>
    internal void EndConnect(NamespacePath path)
    {
        lock (_gate)
        {
            _connecting.Remove(path);
        }
    }

    private void End(RealtimeSocket socket, CloseReason reason, bool discard, bool isOver)
    {
        lock (_gate)
        {
            if (socket.Phase != SocketPhase.Connected)
            {
                return;
            }

            socket.Phase = SocketPhase.Disconnected;
        }

        socket.Detach();
        router.Environment.Meter.SocketDisconnected(socket.Owner.Path.Value);
        NamespaceLog.Disconnected(router.Environment.Logger, socket.Id, socket.Owner.Path.Value, reason.Text);
        if (socket.Recovery is { } session)
        {
            socket.Owner.Recovery.OnEnded(socket, session, isOver);
        }

        router.Namespaces.Release(socket.Owner);
        socket.Inbox.PostDisconnected(reason, discard);
    }

    internal void SendControl(in Packet packet)
    {
        EncodedPacket encoded = PacketEncoder.Encode(Codec, in packet);
        Connection.Send(encoded);
        encoded.Release();
    }

    private ValueTask Violate(string violation, CloseReason reason)
    {
        NamespaceLog.Violation(router.Environment.Logger, Connection.Id, violation);
        Connection.Protocol.Explain(Connection.Outbound, violation);
        Connection.Close(reason);
        return default;
    }

    private RealtimeSocket? Find(ReadOnlySpan<byte> path)
    {
        lock (_gate)
        {
            return FindLocked(path);
        }
    }

    private RealtimeSocket? FindLocked(ReadOnlySpan<byte> path)
    {
        foreach (RealtimeSocket socket in _sockets)
        {
            if (socket.Owner.Path.Utf8.SequenceEqual(path))
            {
                return socket;
            }
        }

        return null;
    }
}

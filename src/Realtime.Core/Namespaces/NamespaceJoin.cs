using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>How a client joins a namespace: from its CONNECT to the answer, and what begins then.</summary>
/// <remarks>Runs beside the read loop of the connection: other namespaces go on while middlewares think.</remarks>
internal static class NamespaceJoin
{
    /// <summary>Runs the whole of it. Handles its own errors.</summary>
    internal static async Task RunAsync(ClientSession session, PacketRouter router, NamespacePath path, ReadOnlyMemory<byte> auth)
    {
        NamespaceEnvironment environment = router.Environment;
        Namespace? target = null;
        try
        {
            var request = new DynamicNamespaceRequest(path.Value, session.Connection.Handshake, new EventArgument(auth.IsEmpty ? "{}"u8.ToArray() : auth, []));
            target = await router.Namespaces.AcquireAsync(path, request).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A predicate of the application that throws refuses one client.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.MiddlewareFailed(environment.Logger, exception, path.Value, "");
        }

        if (target is null)
        {
            Refuse(session, environment, path, Refusal.InvalidNamespace);
            return;
        }

        var socket = new RealtimeSocket(target, session, auth);
        target.Index.Prepare(socket.Recipient);
        Refusal? refusal = await target.Pipeline.Admission.AdmitAsync(socket, FindRecovery(session, environment, auth)).ConfigureAwait(false)
            ?? await target.Occupancy.EnterAsync(socket).ConfigureAwait(false);
        if (refusal is not null || !await FirstRooms.PrepareAsync(socket).ConfigureAwait(false) || !await StockReplay.RunAsync(socket).ConfigureAwait(false) || !TryConfirm(session, environment, socket))
        {
            Abandon(socket, router);
            if (refusal is not null)
            {
                Refuse(session, environment, path, refusal);
            }
        }
        else
        {
            await EnterAsync(socket, environment).ConfigureAwait(false);
        }
    }

    // A client with another protocol than that of the server's codec has no means to recover as stock clients do.
    private static RecoveryRequest? FindRecovery(ClientSession session, NamespaceEnvironment environment, ReadOnlyMemory<byte> auth) => environment.Recovery.Options switch
    {
        { Enabled: false } => null,
        { StockClients: true } when session.Connection.Protocol.Codec is null => RecoveryRequest.FindAny(auth),
        _ => RecoveryRequest.Find(auth),
    };

    private static void Abandon(RealtimeSocket socket, PacketRouter router)
    {
        socket.Detach();
        if (socket.Recovery is { } session)
        {
            socket.Owner.Recovery.OnEnded(socket, session, isOver: !session.IsRecovered);
        }

        router.Namespaces.Release(socket.Owner);
    }

    private static bool TryConfirm(ClientSession session, NamespaceEnvironment environment, RealtimeSocket socket)
    {
        if (!session.TryAdd(socket))
        {
            return false;
        }

        session.Connection.EndGracePeriod();
        session.SendControl(new Packet { Kind = PacketKind.Connect, Namespace = socket.Owner.Path.Utf8Memory, Data = Welcome(socket, environment) });
        socket.Owner.Index.Add(socket.Recipient);
        UserRoom.Join(socket);
        environment.Meter.SocketConnected(socket.Owner.Path.Value);
        NamespaceLog.Connected(environment.Logger, socket.Id, socket.Owner.Path.Value);
        return true;
    }

    private static ReadOnlyMemory<byte> Welcome(RealtimeSocket socket, NamespaceEnvironment environment) => socket.Recovery is { } recovered
        ? recovered.Sent is not null ? ConnectAnswer.Create(socket.Id, recovered.Id)
        : ConnectAnswer.Create(socket.Id, recovered.Id, recovered.IsRecovered, recovered.Window.Received, environment.Recovery.Options.ClientWindow)
        : ConnectAnswer.Create(socket.Id);

    /// <summary>The client has its answer: its rooms, its handlers and its ticket begin.</summary>
    private static async ValueTask EnterAsync(RealtimeSocket socket, NamespaceEnvironment environment)
    {
        try
        {
            if (socket.Recovery?.TakeStart(socket) is { } start)
            {
                await socket.Owner.Recovery.EnterAsync(socket, (SequencedRecipient)socket.Recipient, start).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // A backplane or a store that fails costs this client its connection: it tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(environment.Logger, exception, socket.Owner.Path.Value, socket.Id);
            socket.Connection.Close(CloseReason.TransportError);
        }

        socket.Inbox.Start();
        socket.Owner.Pipeline.Authentication.OnConfirmed(socket);
    }

    /// <summary>Tells a client that it may not join.</summary>
    internal static void Refuse(ClientSession session, NamespaceEnvironment environment, NamespacePath path, Refusal refusal)
    {
        session.EndConnect(path);
        environment.Meter.SocketRefused(refusal.Code);
        NamespaceLog.Refused(environment.Logger, path.Value, refusal.Message);
        session.SendControl(new Packet { Kind = PacketKind.ConnectError, Namespace = path.Utf8Memory, Data = refusal.Encode(environment, path) });
    }
}

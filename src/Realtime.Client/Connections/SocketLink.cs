using Microsoft.Extensions.Logging;
using Realtime.Client.Authentication;
using Realtime.Client.Diagnostics;
using Realtime.Client.Receiving;
using Realtime.Client.Recovery;
using Realtime.Client.Reconnecting;
using Realtime.Client.Sending;
using Realtime.Client.States;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>The protocol half of one namespace: joins it on a session, takes its packets, leaves it.</summary>
/// <remarks>Thread-safe: packets come from the read loop of one session at a time, the rest from the reconnect loop and the application.</remarks>
internal sealed class SocketLink(NamespacePath path, AuthSource auth, SocketState state, SocketSender sender, SocketReceiver receiver, SessionRecovery recovery, ILogger logger)
{
    private ConnectionDriver _driver = null!;
    private EngineSession? _session;
    private JoinRound? _round;
    private Task _rejoining = Task.CompletedTask;
    private Rejoin _rejoin = null!;
    private volatile bool _tokenEnded;
    private volatile string? _id;

    internal NamespacePath Path => path;

    internal SocketState State => state;

    internal SocketSender Sender => sender;

    internal SocketReceiver Receiver => receiver;

    internal AuthSource Auth => auth;

    /// <summary>Gets the id that the server gave to the socket; <see langword="null"/> while it is not connected.</summary>
    internal string? Id => _id;

    internal bool IsRecovered => recovery.IsRecovered;

    /// <summary>Gets or sets who hears of messages of the server about the token and about refused events.</summary>
    internal IServerNotices? Notices { get; set; }

    internal void Use(ConnectionDriver driver, ReconnectLoop loop)
    {
        _driver = driver;
        _rejoin = new Rejoin(this, auth, loop, logger);
    }

    /// <summary>Asks the server for the namespace, with an <c>auth</c> object that the application gives now.</summary>
    internal async Task JoinAsync(EngineSession session, JoinRound? round)
    {
        Volatile.Write(ref _session, session);
        _round = round;
        try
        {
            await SendConnectAsync(session, await auth.AskAsync(session.Stopping).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (session.IsOver)
        {
            // The attempt ends with the session.
        }
#pragma warning disable CA1031 // Code of the application; what it throws fails the attempt.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ClientLog.AuthFailed(logger, exception, path.Value);
            RefuseForNow(session, new AttemptFailedException(ClientCloseReason.AuthFailed, $"The auth callback failed: {exception.Message}", innerException: exception));
        }
    }

    /// <summary>Takes a packet of the namespace.</summary>
    internal ValueTask OnPacketAsync(EngineSession session, in Packet packet)
    {
        switch (packet.Kind)
        {
            case PacketKind.Connect:
                return OnAcceptedAsync(session, packet);
            case PacketKind.ConnectError:
                OnRefused(session, ConnectAnswer.ReadRefusal(in packet));
                return default;
            case PacketKind.Disconnect:
                OnDisconnected(session);
                return default;
            case PacketKind.Ack:
                sender.OnAnswer(in packet);
                return default;
            case PacketKind.Event when session != Volatile.Read(ref _session):
                return default; // behind the end of the namespace: nobody is there any more
            default:
                return packet.EventName.Span.StartsWith("$rt:"u8) ? OnNotice(session, in packet) : recovery.OnEventAsync(session, packet);
        }
    }

    /// <summary>The session has ended. What has not gone out stays.</summary>
    internal void OnSessionEnded(EngineSession session)
    {
        if (Interlocked.CompareExchange(ref _session, null, session) == session)
        {
            Detach();
        }
    }

    /// <summary>Ends for good, until the application connects again.</summary>
    internal void End(ClientCloseReason reason, Exception? failure = null, string? message = null)
    {
        Leave(ClientEvent.Ended, reason, failure, message);
        _driver.OnLinkEnded();
    }

    /// <summary>Becomes inactive, and leaves the session alone.</summary>
    internal void Leave(ClientEvent happened, ClientCloseReason reason, Exception? failure = null, string? message = null)
    {
        Volatile.Write(ref _session, null);
        Detach();
        recovery.Forget();
        state.Apply(happened, reason, failure: failure, message: message);
        sender.Outbox.DropCalls();
    }

    private void Detach()
    {
        sender.Outbox.Suspend();
        sender.Calls.OnConnectionEnded();
        _id = null;
    }

    private async ValueTask SendConnectAsync(EngineSession session, ReadOnlyMemory<byte> auth)
    {
        if (state.IsActive)
        {
            ReadOnlyMemory<byte> payload = await recovery.WriteConnectAsync(session, auth).ConfigureAwait(false);
            session.Writer.SendControl(sender.Encode(PacketKind.Connect, new EventPayload(payload, []), ackId: null));
        }
    }

    private async ValueTask OnAcceptedAsync(EngineSession session, Packet packet)
    {
        if (session != Volatile.Read(ref _session) || !state.IsActive)
        {
            return;
        }

        if (ConnectAnswer.ReadAcceptance(in packet) is not { } answer)
        {
            // As the official client has it: a server of version 2 answers without an id.
            OnRefused(session, new ConnectRefusedException(ClientCloseReason.Refused, "The server speaks an older Socket.IO: it accepted the namespace without an id.", null, null, null));
            return;
        }

        if (!recovery.TryAccept(session, answer))
        {
            return;
        }

        _rejoin.Reset();
        _tokenEnded = false;
        _id = answer.Id;
        ClientLog.Joined(logger, path.Value, answer.Id, IsRecovered);
        state.Apply(ClientEvent.Joined);
        sender.Open(session, recovery.TermsOf(answer));
        Interlocked.Exchange(ref _round, null)?.Answered(isAccepted: true);
        await recovery.ResumeAsync(session, answer).ConfigureAwait(false);
    }

    private void OnRefused(EngineSession session, ConnectRefusedException refusal)
    {
        if (session != Volatile.Read(ref _session) || !state.IsActive)
        {
            return;
        }

        ClientLog.Refused(logger, path.Value, refusal.Message);
        if (CloseReasons.FollowupOf(refusal.Reason) == Followup.Reconnect)
        {
            RefuseForNow(session, new AttemptFailedException(refusal.Reason, refusal.Message, refusal.RetryAfter, refusal));
        }
        else
        {
            _rejoining = _rejoin.WithNewAuthAsync(session, refusal);
        }
    }

    private void OnDisconnected(EngineSession session)
    {
        if (session != Volatile.Read(ref _session) || !state.IsActive)
        {
            return;
        }

        Detach();
        recovery.Forget();
        if (_tokenEnded)
        {
            _rejoining = _rejoin.WithNewAuthAsync(session, new ConnectFailedException(ClientCloseReason.TokenEnded, "The server ended the session of this token."));
        }
        else
        {
            End(ClientCloseReason.ServerDisconnect, message: "The server disconnected the namespace.");
        }
    }

    private void RefuseForNow(EngineSession session, AttemptFailedException failure)
    {
        JoinRound? round = Interlocked.Exchange(ref _round, null);
        if (round?.TryTakeRefusal(this, failure) != true)
        {
            RejoinLater(session, failure);
        }
    }

    /// <summary>Asks again on the same session, which others use, after a delay.</summary>
    internal void RejoinLater(EngineSession session, AttemptFailedException failure) => _rejoining = _rejoin.LaterAsync(session, failure);

    /// <summary>Shows the server something new after a refusal.</summary>
    internal ValueTask AskAgainAsync(EngineSession session, ReadOnlyMemory<byte> fresh, ConnectFailedException failure)
    {
        if (state.Current == ClientState.Connected)
        {
            state.Apply(ClientEvent.ConnectionFailed, failure.Reason, attempt: 1, message: failure.Message);
        }

        return SendConnectAsync(session, fresh);
    }

    /// <summary>The refusal stands.</summary>
    internal void Refuse(ConnectFailedException failure)
    {
        JoinRound? round = Interlocked.Exchange(ref _round, null);
        End(failure.Reason, failure);
        round?.Answered(isAccepted: false);
    }

    private ValueTask OnNotice(EngineSession session, in Packet packet)
    {
        if (recovery.TryTakeNotice(session, in packet, out ValueTask taking))
        {
            return taking;
        }

        EventArgument argument = EventArguments.First(in packet);
        if (packet.EventName.Span.SequenceEqual("$rt:auth"u8))
        {
            _tokenEnded |= ServerNotice.EndsToken(in argument);
        }

        Notices?.OnNotice(System.Text.Encoding.UTF8.GetString(packet.EventName.Span), in argument);
        return default;
    }
}

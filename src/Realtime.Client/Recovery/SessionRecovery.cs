using Realtime.Client.Connections;
using Realtime.Client.Receiving;
using Realtime.Client.Sending;
using Realtime.Client.States;
using Realtime.Core.Protocol;

namespace Realtime.Client.Recovery;

/// <summary>Makes the session of one namespace outlive its connections: by our extension where the server grants it, by Socket.IO's own recovery where it offers that.</summary>
/// <remarks>Thread-safe: CONNECT and its answer come one at a time, <see cref="Forget"/> from anywhere.</remarks>
internal sealed class SessionRecovery(StreamReceiver streams, SocketReceiver receiver, SocketSender sender, RecoveryOptions options)
{
    private readonly RecoveryPoint _point = new();
    private volatile string? _privateId;
    private volatile EngineSession? _granted;
    private long _tries;

    /// <summary>Gets a value indicating whether the last answer continued the session from before.</summary>
    internal bool IsRecovered { get; private set; }

    /// <summary>Makes the payload of a CONNECT. Nothing is handed over from here on until the server has answered.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="auth">What the application gave: a JSON object, or nothing.</param>
    internal async ValueTask<ReadOnlyMemory<byte>> WriteConnectAsync(EngineSession session, ReadOnlyMemory<byte> auth)
    {
        _granted = null;
        if (!options.Enabled)
        {
            return ConnectPayload.Write(auth, _point);
        }

        KnownStreams? known = await streams.SuspendAsync(anew: _privateId is null, session.Stopping).ConfigureAwait(false);
        if (known is null)
        {
            _privateId = null;
        }

        return ConnectPayload.Write(auth, _point, ++_tries, _privateId, known ?? KnownStreams.None);
    }

    /// <summary>The server has accepted the namespace.</summary>
    /// <returns>Whether the answer makes sense. Where it does not, the connection has been ended.</returns>
    internal bool TryAccept(EngineSession session, Acceptance answer)
    {
        if (!options.Enabled || !answer.IsGranted)
        {
            _privateId = null;
            IsRecovered = _point.Accept(answer.PrivateId);
            return true;
        }

        _point.Forget();
        bool fits = answer is { Grant: { } granted, PrivateId: not null } && (!granted.IsRecovered || (answer.PrivateId == _privateId && sender.Outbox.Fits(granted.Received)));
        _privateId = fits ? answer.PrivateId : null;
        if (!fits)
        {
            session.End(ClientCloseReason.ParseError, "The server answered a CONNECT with a session that makes no sense.");
            return false;
        }

        IsRecovered = answer.Grant!.IsRecovered;
        _granted = session;
        return true;
    }

    /// <summary>Gets what counts for messages of the client on the connection that was accepted; <see langword="null"/> when it is an ordinary one.</summary>
    internal SessionTerms? TermsOf(Acceptance answer) =>
        options.Enabled && answer.Grant is { } grant ? new SessionTerms(answer.Id, grant.IsRecovered, grant.Received, grant.Window) : null;

    /// <summary>Goes on where the connection before ended; what is lost is handed over first.</summary>
    internal ValueTask ResumeAsync(EngineSession session, Acceptance answer) =>
        session == _granted ? streams.ResumeAsync(session, anew: !IsRecovered, answer.Grant!.Gaps) : default;

    /// <summary>The session is over: the server has forgotten it.</summary>
    internal void Forget()
    {
        _granted = null;
        _privateId = null;
        _point.Forget();
        sender.EndSession();
    }

    /// <summary>Takes an event of the application from the read loop.</summary>
    internal ValueTask OnEventAsync(EngineSession session, Packet packet) => session == _granted ? streams.OnEventAsync(session, packet) : HandOverAsync(session, packet);

    /// <summary>Takes what a server that granted the session tells about a stream, or about its own end.</summary>
    /// <returns>Whether the event was for the session; others may be for somebody else.</returns>
    internal bool TryTakeNotice(EngineSession session, in Packet packet, out ValueTask taking)
    {
        taking = default;
        if (session != _granted)
        {
            return false;
        }

        if (StreamNotice.TryRead(in packet, out StreamNotice? notice))
        {
            taking = new ValueTask(streams.OnNoticeAsync(session, notice));
            return true;
        }

        if (!packet.EventName.Span.SequenceEqual("$rt:away"u8))
        {
            return false;
        }

        EventArgument argument = EventArguments.First(in packet);
        session.StayAway(ServerNotice.ReadAway(in argument) ?? TimeSpan.Zero);
        return true;
    }

    private async ValueTask HandOverAsync(EngineSession session, Packet packet)
    {
        if (await receiver.HandOverAsync(session, new Delivery(receiver.ContextOf(session, in packet))).ConfigureAwait(false))
        {
            _point.Note(in packet);
        }
    }
}

using System.Text;
using Microsoft.Extensions.Logging;
using Realtime.Client.Connections;
using Realtime.Client.Diagnostics;
using Realtime.Client.Receiving;
using Realtime.Client.Sending;
using Realtime.Client.States;
using Realtime.Core.Diagnostics;
using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>Hands the events of one namespace over in the order of their streams, each once; what is lost is reported in its place.</summary>
/// <remarks>
/// Thread-safe: the read loop, the timers and the next CONNECT take turns, also while one of them waits for handlers. A position moves when the application has been handed the event.
/// </remarks>
#pragma warning disable CA1001 // The semaphore has no wait handle: nothing to dispose of.
internal sealed class StreamReceiver
#pragma warning restore CA1001
{
    // A server that announces more streams than anybody can be a member of is not to take all memory.
    private const int MaxStreams = 4096;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SocketReceiver _receiver;
    private readonly SocketSender _sender;
    private readonly RecoveryOptions _options;
    private readonly HoleWatch _holes;
    private readonly PositionReports _reports;
    private readonly ILogger _logger;
    private ReorderBuffer<ClientEventContext> _streams;
    private EngineSession? _session;

    internal StreamReceiver(SocketReceiver receiver, SocketSender sender, RecoveryOptions options, ILogger logger, TimeProvider timeProvider)
    {
        _receiver = receiver;
        _sender = sender;
        _options = options;
        _logger = logger;
        _holes = new HoleWatch(options, timeProvider, () => _ = InTurnAsync(null, OnHolesDueAsync));
        _reports = new PositionReports(options, sender, timeProvider, () => _ = InTurnAsync(null, OnReportDueAsync));
        _streams = CreateStreams();
    }

    /// <summary>Nothing is handed over any more until <see cref="ResumeAsync"/>; what waits behind holes is forgotten, because it comes again.</summary>
    /// <param name="anew">Whether the streams are forgotten too.</param>
    /// <param name="cancellationToken">Ends the wait for whoever hands something over now.</param>
    /// <returns>The positions.</returns>
    internal async ValueTask<IReadOnlyList<StreamPosition>> SuspendAsync(bool anew, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _session = null;
            Reset(anew);
            return [.. _streams.Positions];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Goes on with another connection.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="anew">Whether the server knows nothing of the streams from before.</param>
    /// <param name="gaps">What the server cannot give any more.</param>
    internal async ValueTask ResumeAsync(EngineSession session, bool anew, IReadOnlyList<StreamGap> gaps)
    {
        await _turn.WaitAsync(session.Stopping).ConfigureAwait(false);
        try
        {
            _session = session;
            Reset(anew);
            foreach (StreamGap gap in gaps)
            {
                await SettleAsync(session, gap.Stream, _streams.Lose(gap)).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes an event from the read loop.</summary>
    internal async ValueTask OnEventAsync(EngineSession session, Packet packet)
    {
        byte[]? data = null;
        StreamPosition? position = null;
        if (packet.AckId is null && !EventTail.TryStrip(in packet, out data, out position))
        {
            session.End(ClientCloseReason.ParseError, "An event came without the position, or the mark, that belongs behind it.");
            return;
        }

        ClientEventContext context = _receiver.ContextOf(session, in packet, data, position);
        await _turn.WaitAsync(session.Stopping).ConfigureAwait(false);
        try
        {
            if (session != _session)
            {
                return;
            }

            if (position is not { } place)
            {
                await _receiver.HandOverAsync(session, new Delivery(context)).ConfigureAwait(false);
                return;
            }

            int bytes = data!.Length + (packet.Attachments?.Sum(static attachment => attachment.Length) ?? 0);
            await SettleAsync(session, place.Stream, _streams.Add(place, context, bytes)).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes what the server tells about a stream.</summary>
    internal Task OnNoticeAsync(EngineSession session, StreamNotice? notice) => InTurnAsync(session, () => ApplyAsync(session, notice));

    private async ValueTask ApplyAsync(EngineSession session, StreamNotice? notice)
    {
        switch (notice)
        {
            case { Kind: StreamNotice.At, Position: { } position } when _streams.StreamCount < MaxStreams || _streams.TryGetPosition(position.Stream, out _):
                if (notice.Replaced is { } old)
                {
                    _streams.Replace(position, old, notice.Last);
                    await SettleAsync(session, old, ReorderOutcome.Taken).ConfigureAwait(false);
                }
                else
                {
                    _streams.Announce(position);
                }

                await SettleAsync(session, position.Stream, ReorderOutcome.Taken).ConfigureAwait(false);
                break;
            case { Kind: StreamNotice.End }:
                _streams.End(notice.Position.Stream);
                await SettleAsync(session, notice.Position.Stream, ReorderOutcome.Taken).ConfigureAwait(false);
                break;
            case { Kind: StreamNotice.Skip }:
                await SettleAsync(session, notice.Position.Stream, _streams.Skip(notice.Position)).ConfigureAwait(false);
                break;
            case { Kind: StreamNotice.Lost }:
                await SettleAsync(session, notice.Gap.Stream, _streams.Lose(notice.Gap)).ConfigureAwait(false);
                break;
            default:
                Break(session, "The server told something about a stream that makes no sense, or announced too many of them.");
                break;
        }
    }

    /// <summary>Hands over what has become the next, and watches what is missing.</summary>
    private async ValueTask SettleAsync(EngineSession session, string stream, ReorderOutcome outcome)
    {
        switch (outcome)
        {
            case ReorderOutcome.UnknownStream:
                Break(session, "Something came of a stream that was not announced.");
                return;
            case ReorderOutcome.Full:
                Break(session, "More events wait behind missing ones than may (RecoveryOptions.MaxHeldEvents, MaxHeldBytes): the server is asked for them again.");
                return;
        }

        while (_streams.TryPeek(out ReorderRelease<ClientEventContext> next))
        {
            if (!await _receiver.HandOverAsync(session, new Delivery(next.Gap is null ? next.Item : null, next.Gap ?? default)).ConfigureAwait(false))
            {
                return; // the connection has ended, and the position has not moved: it comes again
            }

            _streams.Advance(in next);
            if (_reports.Note(next.Stream))
            {
                _reports.Send(_streams);
            }
        }

        _holes.Update(stream, _streams.HoleOf(stream), session.Heartbeat.Pauses);
    }

    private async ValueTask OnHolesDueAsync()
    {
        EngineSession session = _session!;
        foreach (Hole hole in _holes.TakeDue(session.Heartbeat.Pauses, session.Heartbeat.IsPaused))
        {
            if (!hole.IsAsked)
            {
                hole.IsAsked = true;
                _ = AskAsync(session, new StreamGap(hole.Stream, hole.From, hole.To)); // what it brings comes by itself; that it brings nothing is noticed here
            }
            else if (_streams.TryGetPosition(hole.Stream, out _))
            {
                await SettleAsync(session, hole.Stream, _streams.Lose(new StreamGap(hole.Stream, hole.From, hole.To))).ConfigureAwait(false);
            }
        }
    }

    private ValueTask OnReportDueAsync()
    {
        _reports.Send(_streams);
        return default;
    }

    private async Task AskAsync(EngineSession session, StreamGap missing)
    {
        try
        {
            byte[] data = Encoding.ASCII.GetBytes(FormattableString.Invariant($"[\"$rt:resend\",\"{missing.Stream}\",{missing.From},{missing.To}]"));
            EventArguments answer = await _sender.AskNowAsync("$rt:resend", new EventPayload(data, []), _options.HoleTimeout).ConfigureAwait(false);
            if (ResendAnswer.ReadGone(answer, missing) is { } gone)
            {
                await InTurnAsync(session, () => _streams.TryGetPosition(gone.Stream, out _) ? SettleAsync(session, gone.Stream, _streams.Lose(gone)) : default).ConfigureAwait(false);
            }
        }
        catch (RealtimeException)
        {
            // No answer: what does not come in time is a gap.
        }
    }

    // Of the session that is given; else of the one that is there.
    private async Task InTurnAsync(EngineSession? wanted, Func<ValueTask> action)
    {
        EngineSession? session = wanted;
        try
        {
            await _turn.WaitAsync(wanted?.Stopping ?? CancellationToken.None).ConfigureAwait(false);
            try
            {
                session ??= _session;
                if (session is { IsOver: false } && session == _session)
                {
                    await action().ConfigureAwait(false);
                }
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (session?.IsOver != false)
        {
            // Ended elsewhere.
        }
#pragma warning disable CA1031 // A mistake of ours must not leave a stream that nobody hands over.
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            ClientLog.SessionFailed(_logger, unexpected, session?.Handshake.ConnectionId ?? "");
            session?.End(ClientCloseReason.TransportError, unexpected.Message);
        }
    }

    // It comes back with its positions.
    private void Break(EngineSession session, string message)
    {
        _session = null;
        Reset(anew: false);
        session.End(ClientCloseReason.ParseError, message);
    }

    private void Reset(bool anew)
    {
        _holes.Clear();
        _reports.Clear();
        if (anew)
        {
            _streams = CreateStreams();
        }
        else
        {
            _streams.Forget();
        }
    }

    private ReorderBuffer<ClientEventContext> CreateStreams() => new(new ReorderBufferOptions { MaxCount = _options.MaxHeldEvents, MaxBytes = _options.MaxHeldBytes });
}

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

/// <summary>Brings what comes in a granted session of one namespace to its <see cref="OrderedStreams"/>, one after the other.</summary>
/// <remarks>Thread-safe: the read loop, the timers and the next CONNECT take turns, also while one of them waits for handlers.</remarks>
#pragma warning disable CA1001 // The semaphore has no wait handle: nothing to dispose of.
internal sealed class StreamReceiver
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SocketReceiver _receiver;
    private readonly SocketSender _sender;
    private readonly RecoveryOptions _options;
    private readonly HoleWatch _holes;
    private readonly OrderedStreams _streams;
    private readonly ILogger _logger;

    internal StreamReceiver(SocketReceiver receiver, SocketSender sender, RecoveryOptions options, ILogger logger, TimeProvider timeProvider)
    {
        _receiver = receiver;
        _sender = sender;
        _options = options;
        _logger = logger;
        _holes = new HoleWatch(options, timeProvider, () => _ = InTurnAsync(null, OnHolesDueAsync));
        _streams = new OrderedStreams(receiver, options, _holes, new PositionReports(options, sender, timeProvider, () => _ = InTurnAsync(null, OnReportDueAsync)), timeProvider);
    }

    /// <summary>Nothing is handed over any more until <see cref="ResumeAsync"/>.</summary>
    /// <param name="anew">Whether the streams are forgotten.</param>
    /// <param name="cancellationToken">Ends the wait for whoever hands something over now.</param>
    /// <returns>What is known of streams; <see langword="null"/> when the client cannot go on with the session.</returns>
    internal async ValueTask<KnownStreams?> SuspendAsync(bool anew, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _streams.Begin(session: null, anew);
            return _streams.Known;
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
            _streams.Begin(session, anew);
            session.Stopping.UnsafeRegister(static receiver => _ = ((StreamReceiver)receiver!).StopAsync(), this);
            foreach (StreamGap gap in gaps)
            {
                await _streams.LoseAsync(gap).ConfigureAwait(false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // Whoever hands something over now has been told to stop by the same token.
    private async Task StopAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_streams.Session is { Stopping.IsCancellationRequested: true })
            {
                _streams.Stop();
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
            if (session != _streams.Session)
            {
                return;
            }

            if (position is not { } place)
            {
                await _receiver.HandOverAsync(session, new Delivery(context)).ConfigureAwait(false);
                return;
            }

            int bytes = data!.Length + (packet.Attachments?.Sum(static attachment => attachment.Length) ?? 0);
            await _streams.AddAsync(place, context, bytes).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes what the server tells about a stream.</summary>
    internal Task OnNoticeAsync(EngineSession session, StreamNotice? notice) => InTurnAsync(session, () => _streams.ApplyAsync(notice));

    private async ValueTask OnHolesDueAsync()
    {
        EngineSession session = _streams.Session!;
        foreach (Hole hole in _holes.TakeDue(session.Heartbeat.Pauses, session.Heartbeat.IsPaused))
        {
            var missing = new StreamGap(hole.Stream, hole.From, hole.To);
            if (hole.IsAsked)
            {
                await _streams.GiveUpAsync(missing).ConfigureAwait(false);
            }
            else
            {
                hole.IsAsked = true;
                _ = AskAsync(session, missing); // what it brings comes by itself; that it brings nothing is noticed here
            }
        }
    }

    private ValueTask OnReportDueAsync()
    {
        _streams.Report();
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
                await InTurnAsync(session, () => _streams.GiveUpAsync(gone)).ConfigureAwait(false);
            }
        }
        catch (RealtimeException)
        {
            // No answer: what does not come in time is a gap.
        }
    }

    // Of the connection that is given; else of the one that is there.
    private async Task InTurnAsync(EngineSession? wanted, Func<ValueTask> action)
    {
        EngineSession? session = wanted;
        try
        {
            await _turn.WaitAsync(wanted?.Stopping ?? CancellationToken.None).ConfigureAwait(false);
            try
            {
                session ??= _streams.Session;
                if (session is { IsOver: false } && session == _streams.Session)
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
}

using Realtime.Client.Connections;
using Realtime.Client.Receiving;
using Realtime.Client.States;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>The streams of one namespace: what comes is handed over in their order, each event once, and what is lost is reported in its place.</summary>
/// <remarks>Confined to the turn of its <see cref="StreamReceiver"/>. A position moves when the application has been handed the event.</remarks>
internal sealed class OrderedStreams
{
    // A server that announces more streams than anybody can be a member of is not to take all memory.
    private const int MaxStreams = 4096;

    private readonly SocketReceiver _receiver;
    private readonly RecoveryOptions _options;
    private readonly HoleWatch _holes;
    private readonly PositionReports _reports;
    private readonly EndedStreams _ended;
    private ReorderBuffer<ClientEventContext> _streams;
    private bool _hasTooMany;

    internal OrderedStreams(SocketReceiver receiver, RecoveryOptions options, HoleWatch holes, PositionReports reports, TimeProvider timeProvider)
    {
        _ended = new EndedStreams(timeProvider);
        _receiver = receiver;
        _options = options;
        _holes = holes;
        _reports = reports;
        _streams = CreateStreams();
    }

    /// <summary>Gets the connection that events are handed over from; <see langword="null"/> while there is none.</summary>
    internal EngineSession? Session { get; private set; }

    /// <summary>Gets what is known of streams; <see langword="null"/> when there were too many of them, so that the client cannot go on with the session.</summary>
    internal KnownStreams? Known => _hasTooMany ? null : new KnownStreams([.. _streams.Positions], _ended.Positions);

    /// <summary>Goes on with another connection, or waits for one. What waits behind holes is forgotten, because it comes again.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="anew">Whether the streams are forgotten too.</param>
    internal void Begin(EngineSession? session, bool anew)
    {
        Session = session;
        _holes.Clear();
        _reports.Clear();
        if (anew)
        {
            _streams = CreateStreams();
            _ended.Clear();
            _hasTooMany = false;
        }
        else
        {
            _streams.Forget();
        }
    }

    /// <summary>The connection is lost: its timers end with it, so that a client that does not come back leaves none behind.</summary>
    internal void Stop()
    {
        _holes.Clear();
        _reports.Clear();
    }

    /// <summary>Takes an event.</summary>
    internal ValueTask AddAsync(StreamPosition position, ClientEventContext context, int bytes) => SettleAsync(position.Stream, _streams.Add(position, context, bytes));

    /// <summary>Takes what the server says it has lost.</summary>
    internal ValueTask LoseAsync(StreamGap gap) => SettleAsync(gap.Stream, _streams.Lose(gap));

    /// <summary>Takes what did not come although it was asked for, unless the stream is over meanwhile.</summary>
    internal ValueTask GiveUpAsync(StreamGap gap) => _streams.TryGetPosition(gap.Stream, out _) ? LoseAsync(gap) : default;

    /// <summary>Takes what the server tells about a stream.</summary>
    /// <param name="notice">The notice; <see langword="null"/> is one that could not be read.</param>
    internal async ValueTask ApplyAsync(StreamNotice? notice)
    {
        switch (notice)
        {
            case { Kind: StreamNotice.At, Position: { } position } when _streams.StreamCount < MaxStreams || _streams.TryGetPosition(position.Stream, out _):
                if (notice.Replaced is { } old)
                {
                    _streams.Replace(position, old, notice.Last);
                    await SettleAsync(old, ReorderOutcome.Taken).ConfigureAwait(false);
                }
                else
                {
                    _streams.Announce(position);
                }

                _ended.Remove(position.Stream);
                await SettleAsync(position.Stream, ReorderOutcome.Taken).ConfigureAwait(false);
                break;
            case { Kind: StreamNotice.At }:
                _hasTooMany = true;
                Break("The server announced more streams than the client keeps.");
                break;
            case { Kind: StreamNotice.End }:
                if (_streams.TryGetPosition(notice.Position.Stream, out long last))
                {
                    _hasTooMany |= !_ended.TryAdd(notice.Position with { Offset = last });
                }

                _streams.End(notice.Position.Stream);
                await SettleAsync(notice.Position.Stream, ReorderOutcome.Taken).ConfigureAwait(false);
                break;
            case { Kind: StreamNotice.Skip }:
                await SettleAsync(notice.Position.Stream, _streams.Skip(notice.Position)).ConfigureAwait(false);
                break;
            case { Kind: StreamNotice.Lost }:
                await LoseAsync(notice.Gap).ConfigureAwait(false);
                break;
            default:
                Break("The server told something about a stream that makes no sense.");
                break;
        }
    }

    /// <summary>Tells the server how far the application has come.</summary>
    internal void Report() => _reports.Send(_streams);

    /// <summary>Hands over what has become the next, and watches what is missing.</summary>
    private async ValueTask SettleAsync(string stream, ReorderOutcome outcome)
    {
        if (outcome == ReorderOutcome.UnknownStream)
        {
            Break("Something came of a stream that was not announced.");
        }
        else if (outcome == ReorderOutcome.Full)
        {
            Break("More events wait behind missing ones than may (RecoveryOptions.MaxHeldEvents, MaxHeldBytes): the server is asked for them again.");
        }

        if (Session is not { } session)
        {
            return;
        }

        while (_streams.TryPeek(out ReorderRelease<ClientEventContext> next))
        {
            if (!await _receiver.HandOverAsync(session, new Delivery(next.Gap is null ? next.Item : null, next.Gap ?? default)).ConfigureAwait(false))
            {
                return; // the connection has ended, and the position has not moved: it comes again
            }

            _streams.Advance(in next);
            _ended.Raise(next.Stream, next.Gap is { } gap ? gap.To : next.Item?.Position?.Offset);
            if (_reports.Note(next.Stream))
            {
                Report();
            }
        }

        _holes.Update(stream, _streams.HoleOf(stream), session.Heartbeat.Pauses);
    }

    // It comes back with its positions.
    private void Break(string message)
    {
        EngineSession? session = Session;
        Begin(session: null, anew: false);
        session?.End(ClientCloseReason.ParseError, message);
    }

    private ReorderBuffer<ClientEventContext> CreateStreams() => new(new ReorderBufferOptions { MaxCount = _options.MaxHeldEvents, MaxBytes = _options.MaxHeldBytes });
}

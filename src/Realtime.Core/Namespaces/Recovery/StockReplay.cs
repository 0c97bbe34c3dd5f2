using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Identifiers;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>
/// What a client of Socket.IO's own recovery missed, of all its rooms in the order in which it was numbered. Everything or nothing: such a client cannot be told of a gap.
/// </summary>
/// <remarks>Confined to the connect of the socket.</remarks>
internal sealed class StockReplay
{
    private readonly NamespacePath _path;
    private readonly IBackplane _backplane;
    private readonly SessionRooms _rooms;
    private readonly RecoverableSession _session;
    private readonly List<ReplaySource> _sources;

    private StockReplay(NamespacePath path, IBackplane backplane, SessionRooms rooms, RecoverableSession session, List<ReplaySource> sources, int rewind)
    {
        _path = path;
        _backplane = backplane;
        _rooms = rooms;
        _session = session;
        _sources = sources;
        Number = rewind;
    }

    /// <summary>Gets the number of the rewind that it belongs to, see <see cref="SentPositions.TryBegin"/>.</summary>
    internal int Number { get; }

    /// <summary>Looks whether everything is there that came behind what a client shows. Nothing is sent yet. The connection that the session had sends nothing more.</summary>
    /// <returns>The replay; <see langword="null"/> when something is lost, or nobody knows.</returns>
    internal static async ValueTask<StockReplay?> PrepareAsync(NamespacePath path, IBackplane backplane, SessionRooms rooms, RecoverableSession session, string shown)
    {
        if (session.Sent!.Rewind(shown, out int rewind) is not { } reached)
        {
            return null;
        }

        var sources = new List<ReplaySource>();
        foreach (MembershipInterval stay in session.Memberships.Intervals)
        {
            long position = stay.Joined.Offset;
            if (reached.TryGetValue(stay.Joined.Stream, out long known))
            {
                position = Math.Max(position, known);
            }
            else if (stay.LeftOrder is not null)
            {
                continue; // it had everything when it left
            }

            var source = new ReplaySource(path, backplane, stay, position);
            if (!await source.FillAsync().ConfigureAwait(false))
            {
                return null;
            }

            sources.Add(source);
        }

        return new StockReplay(path, backplane, rooms, session, sources, rewind);
    }

    /// <summary>Sends a client what it missed, before it is told that it is connected: as Node does.</summary>
    /// <returns>Whether it may be told so: not when something is lost, or its client has come back once more. One without a replay may.</returns>
    internal static async ValueTask<bool> RunAsync(RealtimeSocket socket)
    {
        if (socket.Recovery is not { Sent: not null } session)
        {
            return true;
        }

        SessionStart? start = session.Start; // looked at before whose it is: both change at one moment
        if (session.Socket != socket)
        {
            return false; // its client has come back once more meanwhile
        }

        if (start?.Replay is not { } replay)
        {
            return true;
        }

        try
        {
            socket.Connection.EndGracePeriod(); // a client that reads slowly is not one that says nothing
            if (await replay.RunAsync((SequencedRecipient)socket.Recipient).ConfigureAwait(false))
            {
                return true;
            }
        }
#pragma warning disable CA1031 // A backplane that fails costs this client its connection and its session. It must not end the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            NamespaceLog.RecoveryFailed(socket.Owner.Logger, exception, socket.Owner.Path.Value, socket.Id);
        }

        session.IsOver |= session.Socket == socket; // the client may hold a part of it by now
        socket.Connection.Close(CloseReason.TransportError);
        return false;
    }

    /// <summary>The client was told that it is connected: it gets something to show, before it has got any event.</summary>
    internal static void OnAnswered(StockRecipient recipient, SessionStart start, Namespace owner, RecoveryOptions options)
    {
        recipient.Sent.Answer();
        if (!start.IsRecovered || !options.SkipMiddlewares)
        {
            recipient.Start(start.IsRecovered ? owner.NextUnnumbered() : 0); // also behind what middlewares have sent, which has no end to show
        }
    }

    private async ValueTask<bool> RunAsync(SequencedRecipient recipient)
    {
        AddLateJoins();
        foreach (ReplaySource source in _sources.Where(static source => source.Stay.LeftOrder is null))
        {
            source.Membership = await _rooms.LinkAsync(recipient, source.Stay.Room).ConfigureAwait(false);
        }

        while (true)
        {
            if (!await SendAsync(recipient).ConfigureAwait(false))
            {
                return false;
            }

            // All were at their ends. What was numbered since the last look is read before any of them is left to its room.
            foreach (ReplaySource source in _sources)
            {
                if (!await source.FillAsync().ConfigureAwait(false))
                {
                    return false;
                }
            }

            if (_sources.TrueForAll(static source => source.Next is null))
            {
                _sources.RemoveAll(source => source.Membership is not { } membership || _rooms.TryAttach(membership, source.Position));
            }

            if (_sources.Count == 0)
            {
                ForgetEnded();
                return true;
            }
        }
    }

    private async ValueTask<bool> SendAsync(SequencedRecipient recipient)
    {
        while (_sources.Where(static source => source.Next is not null).MinBy(static source => source.Next!.Value.Result.Order) is { Next: { } entry } source)
        {
            if (source.Membership is { } membership)
            {
                await _rooms.Reader.WaitForRoomAsync(membership).ConfigureAwait(false);
            }

            _rooms.Reader.Send(recipient, source.Stay.Room, in entry);
            source.Take();
            if (source.Next is null && !await source.FillAsync().ConfigureAwait(false))
            {
                return false;
            }
        }

        return true;
    }

    // Rooms that the handlers of the connection before have joined meanwhile.
    private void AddLateJoins() => _sources.AddRange(_session.Memberships.Intervals
        .Where(stay => stay.LeftOrder is null && !_sources.Exists(source => source.Stay == stay))
        .Select(stay => new ReplaySource(_path, _backplane, stay, stay.Joined.Offset)));

    private void ForgetEnded()
    {
        IReadOnlyList<MembershipInterval> stays = _session.Memberships.Intervals;
        HashSet<string> lasting = [.. stays.Where(static stay => stay.LeftOrder is null).Select(static stay => stay.Joined.Stream)];
        foreach (MembershipInterval stay in stays.Where(stay => !lasting.Contains(stay.Joined.Stream)))
        {
            _session.Sent!.Forget(stay.Joined.Stream);
        }
    }
}

using Realtime.Core.Identifiers;
using Realtime.Core.Backplane;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>
/// What a client of Socket.IO's own recovery missed, of all its rooms in the order in which it was numbered. Everything or nothing: such a client cannot be told of a gap.
/// </summary>
/// <remarks>Confined to the connect of the socket.</remarks>
internal sealed class StockReplay
{
    private readonly SessionRooms _rooms;
    private readonly RecoverableSession _session;
    private readonly List<ReplaySource> _sources;

    private StockReplay(SessionRooms rooms, RecoverableSession session, List<ReplaySource> sources, int rewind)
    {
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

        return new StockReplay(rooms, session, sources, rewind);
    }

    /// <summary>Sends everything and brings the recipient into its rooms.</summary>
    /// <returns>Whether nothing was lost on the way.</returns>
    internal async ValueTask<bool> RunAsync(SequencedRecipient recipient)
    {
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

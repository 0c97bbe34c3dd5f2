using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>What a session that comes back is owed of stays in rooms that have ended: whatever of them its client has not heard.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class EndedStays(LogReader reader)
{
    /// <summary>Brings a client to a stay that lasts: through those before it in the same stream that it has not heard of, or not to their end.</summary>
    /// <returns>The position from which it is to be sent the log.</returns>
    internal async ValueTask<StreamPosition> AnnounceAsync(RecoverableSession session, SequencedRecipient recipient, MembershipInterval stay, KnownStreams known)
    {
        string stream = stay.Joined.Stream;
        bool isKnown = known.Positions.TryGetValue(stream, out long offset);
        if (isKnown && offset > stay.Joined.Offset)
        {
            return stay.Joined with { Offset = offset };
        }

        if (isKnown ? offset < stay.Joined.Offset : HasUnheard(session, stream, known))
        {
            await ReplayAsync(session, recipient, stream, known).ConfigureAwait(false);
        }

        if (!isKnown && stay.Replaced is { } replaced && !known.Positions.ContainsKey(replaced.Stream))
        {
            // The stream went on as another one, and the client has heard of neither: it loses what it was owed of the first.
            recipient.Tell(RecoveryEvents.At(replaced));
            recipient.TellLoss(RecoveryEvents.At(stay.Joined, replaced.Stream, last: null));
            return stay.Joined;
        }

        recipient.Tell(RecoveryEvents.At(stay.Joined));
        return stay.Joined;
    }

    /// <summary>Ends the streams whose stays are over.</summary>
    /// <param name="session">The session.</param>
    /// <param name="recipient">The recipient of its client.</param>
    /// <param name="open">The streams that it is still a member of.</param>
    /// <param name="known">What the client knows.</param>
    internal async ValueTask EndAsync(RecoverableSession session, SequencedRecipient recipient, HashSet<string> open, KnownStreams known)
    {
        string[] streams = [.. known.Positions.Keys.Concat(Ended(session).Select(static stay => stay.Joined.Stream)).Distinct(StringComparer.Ordinal).Where(stream => !open.Contains(stream))];
        foreach (string stream in streams)
        {
            if (known.Positions.ContainsKey(stream) || HasUnheard(session, stream, known))
            {
                await ReplayAsync(session, recipient, stream, known).ConfigureAwait(false);
            }
        }
    }

    private static IEnumerable<MembershipInterval> Ended(RecoverableSession session) => session.Memberships.Intervals.Where(static stay => stay.LeftOrder is not null);

    // A client that was told the end of a stream has heard of all stays that began before.
    private static bool HasUnheard(RecoverableSession session, string stream, KnownStreams known) =>
        Ended(session).Any(stay => stay.Joined.Stream == stream && stay.Joined.Offset >= known.Ended.GetValueOrDefault(stream));

    private async ValueTask ReplayAsync(RecoverableSession session, SequencedRecipient recipient, string stream, KnownStreams known)
    {
        bool isKnown = known.Positions.TryGetValue(stream, out long offset);
        long heard = known.Ended.GetValueOrDefault(stream);
        MembershipInterval[] stays = [.. Ended(session).Where(stay => stay.Joined.Stream == stream && (isKnown || stay.Joined.Offset >= heard))];
        if (stays.Length == 0)
        {
            recipient.TellLoss(RecoveryEvents.Gap(stream, offset + 1, to: null)); // what it was owed is not known any more
        }
        else
        {
            StreamPosition position = isKnown ? stays[0].Joined with { Offset = offset } : stays[0].Joined;
            if (!isKnown)
            {
                recipient.Tell(RecoveryEvents.At(position));
            }

            await reader.ReplayAsync(recipient, stays[^1], position).ConfigureAwait(false);
            recipient.Forget(stream);
        }

        recipient.Tell(RecoveryEvents.End(stream));
    }
}

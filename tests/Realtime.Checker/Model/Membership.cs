namespace Realtime.Checker;

/// <summary>A session is a member of a room from behind one offset up to another: its messages are those in (joined, left].</summary>
/// <remarks>Confined to the check of one run.</remarks>
internal sealed class Membership(StreamLog stream, string? room, long joined, Line joinedAt)
{
    internal StreamLog Stream { get; } = stream;

    internal string? Room { get; } = room;

    internal long Joined { get; } = joined;

    internal Line JoinedAt { get; } = joinedAt;

    /// <summary>The last offset that is the member's; the largest number while it has not left.</summary>
    internal long Left { get; private set; } = long.MaxValue;

    internal Line? LeftAt { get; private set; }

    /// <summary>Whether it is known where it ended.</summary>
    internal bool IsCertain { get; private set; } = true;

    internal bool IsOpen => LeftAt is null;

    internal bool Contains(long offset) => offset > Joined && offset <= Left;

    internal void Close(long? left, Line at)
    {
        Left = left ?? long.MaxValue;
        LeftAt = at;
    }

    /// <summary>The session joined again, and the leave in between was not written down.</summary>
    internal void CloseSomewhereBefore(Membership next, bool isCertain)
    {
        Close(next.Joined, next.JoinedAt);
        IsCertain = isCertain;
    }
}

namespace Realtime.Checker;

/// <summary>A message: what was sent, under which operations, and where its copies stand.</summary>
/// <remarks>Confined to the check of one run.</remarks>
internal sealed class Message(string id)
{
    internal string Id { get; } = id;

    /// <summary>More than one when an application sent it again.</summary>
    internal List<Line> Sends { get; } = [];

    internal List<Line> Acks { get; } = [];

    /// <summary>Refusals.</summary>
    internal List<Line> Fails { get; } = [];

    internal List<Line> Handled { get; } = [];

    /// <summary>The first delivery in the order of the logs.</summary>
    internal Line? Given { get; set; }

    internal List<Copy> Copies { get; } = [];

    internal LogRecord? Sent => Sends.Count > 0 ? Sends[0].Record : null;

    internal IReadOnlyList<string> Rooms => Sent is not { } sent ? [] : sent.Rooms ?? (sent.Room is { } room ? [room] : []);

    internal bool Names(string room)
    {
        foreach (string named in Rooms)
        {
            if (named == room)
            {
                return true;
            }
        }

        return false;
    }

    internal Copy? CopyIn(string room)
    {
        foreach (Copy copy in Copies)
        {
            if (copy.Stream.Room == room)
            {
                return copy;
            }
        }

        return null;
    }
}

using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Rooms;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>The log of one room behind what a client has of it, up to where its stay ended.</summary>
/// <remarks>Confined to its replay.</remarks>
internal sealed class ReplaySource(NamespacePath path, IBackplane backplane, MembershipInterval stay, long offset)
{
    private const int PageSize = 128; // entries, as those who read a single log

    private readonly Queue<LogEntry> _entries = new();

    internal MembershipInterval Stay { get; } = stay;

    /// <summary>Gets or sets the membership that is to be attached; <see langword="null"/> of a stay that has ended.</summary>
    internal Membership? Membership { get; set; }

    /// <summary>Gets what was taken last.</summary>
    internal StreamPosition Position { get; private set; } = stay.Joined with { Offset = offset };

    /// <summary>Gets what is to be taken next, of what was read.</summary>
    internal LogEntry? Next => _entries.TryPeek(out LogEntry entry) ? entry : null;

    internal void Take() => Position = Position with { Offset = _entries.Dequeue().Offset };

    /// <summary>Reads on when everything was taken.</summary>
    /// <returns>Whether nothing is missing.</returns>
    internal async ValueTask<bool> FillAsync()
    {
        if (_entries.Count > 0)
        {
            return true;
        }

        LogPage? page = await backplane.ReadAsync(path, Stay.Room, Position, PageSize, CancellationToken.None).ConfigureAwait(false);
        if (page is null || page.Head.Stream != Position.Stream || page.Head.Offset < Position.Offset || page.LostThrough > Position.Offset)
        {
            return false;
        }

        foreach (LogEntry entry in page.Entries.TakeWhile(entry => Stay.LeftOrder is not { } left || entry.Result.Order <= left))
        {
            _entries.Enqueue(entry);
        }

        return true;
    }
}

namespace Realtime.Checker;

/// <summary>Everything that the logs of a run say, in the shape in which the invariants ask for it.</summary>
/// <remarks>Confined to the check of one run. Filled by <see cref="RunReader"/>.</remarks>
internal sealed class Run(IReadOnlyList<LogFile> files)
{
    private static readonly List<Line> s_none = [];
    private readonly Dictionary<RecordKind, List<Line>> _ofKind = [];

    internal IReadOnlyList<LogFile> Files { get; } = files;

    internal Dictionary<string, Message> Messages { get; } = [];

    /// <summary>The messages that were sent, in the order of the logs.</summary>
    internal List<Message> Sent { get; } = [];

    internal Dictionary<string, Message> ByOperation { get; } = [];

    internal Dictionary<string, StreamLog> Streams { get; } = [];

    internal Dictionary<string, Session> Sessions { get; } = [];

    internal Dictionary<string, List<Session>> SessionsOf { get; } = [];

    /// <summary>What clients were given, and to which of their sessions.</summary>
    internal List<(Line Line, Session Session)> Deliveries { get; } = [];

    /// <summary>The streams that clients were told of.</summary>
    internal List<(Line Line, Session Session)> Announcements { get; } = [];

    /// <summary>Nodes that ended without saying so.</summary>
    internal HashSet<string> CrashedNodes { get; } = [];

    /// <summary>Nodes that did not run for a while, and the first line that each wrote when it ran again.</summary>
    internal List<Line> Suspensions { get; } = [];

    /// <summary>The claims by which a session was taken from an owner that did not answer, by session.</summary>
    internal ILookup<string?, Line> Takings => field ??= Of(RecordKind.Claim).Where(static line => line.Record.Kept == false).ToLookup(static line => line.Record.Session);

    /// <summary>
    /// Whether the owner of what a line tells may have lost it right after, so that another node does it again: it was killed, it did not run for a while, or it did not answer when the
    /// session was taken from it, unless the line comes behind such a while.
    /// </summary>
    internal bool MayBeDoneAgain(Line line)
    {
        if (line.Record.Owner is not { } owner)
        {
            return false;
        }

        List<Line> own = Suspensions.FindAll(suspension => suspension.Record.Owner == owner);
        return CrashedNodes.Contains(owner) || line.Record.Kept == false || own.Exists(line.IsBefore)
            || (!own.Exists(suspension => suspension.IsBefore(line)) && Takings[line.Record.Session].Any(taking => !(taking.Record.Fence <= line.Record.Fence)));
    }

    /// <summary>How often a client was given a message a second time, the first copy of which is in a part of a stream that was lost.</summary>
    internal int Repeated { get; set; }

    /// <summary>Whether what a line speaks of stands in a part of a stream that was lost.</summary>
    internal bool IsLost(LogRecord record) => record is { Stream: { } stream, Offset: { } offset } && StreamOf(stream).HasLost(offset);

    /// <summary>Whether a node was killed: something may have been stored that it had no time to write down.</summary>
    internal bool NodesCrashed { get; set; }

    /// <summary>Whether lines of a server may be missing: a process lost its last ones. The list of a run on virtual time loses none.</summary>
    internal bool LinesMissing { get; set; }

    /// <summary>What every session was given, and what it was not: made when it is first asked for.</summary>
    internal IReadOnlyList<StreamReading> Readings => field ??= StreamReading.All(this);

    internal List<Line> Of(RecordKind kind) => _ofKind.GetValueOrDefault(kind, s_none);

    internal void Keep(Line line)
    {
        if (!_ofKind.TryGetValue(line.Record.Kind, out List<Line>? lines))
        {
            _ofKind.Add(line.Record.Kind, lines = []);
        }

        lines.Add(line);
    }

    internal Message MessageOf(string id)
    {
        if (!Messages.TryGetValue(id, out Message? message))
        {
            Messages.Add(id, message = new Message(id));
        }

        return message;
    }

    /// <summary>The message that a record speaks of, by its id or its operation.</summary>
    internal Message? MessageOf(LogRecord record) =>
        record.Id is { } id ? Messages.GetValueOrDefault(id) : record.Op is { } op ? ByOperation.GetValueOrDefault(op) : null;

    internal StreamLog StreamOf(string id)
    {
        if (!Streams.TryGetValue(id, out StreamLog? stream))
        {
            Streams.Add(id, stream = new StreamLog(id));
        }

        return stream;
    }

    internal Session SessionOf(string id)
    {
        if (!Sessions.TryGetValue(id, out Session? session))
        {
            Sessions.Add(id, session = new Session(id));
        }

        return session;
    }
}

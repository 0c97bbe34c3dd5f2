namespace Realtime.Checker.Tests;

/// <summary>Short logs written by hand: two clients in one room, whose messages are numbered as they are sent.</summary>
internal sealed class Story
{
    private readonly Dictionary<string, long> _heads = [];

    internal List<LogRecord> Records { get; } = [];

    /// <summary>A story in which <c>ann</c> and <c>bob</c> are in the room <c>lobby</c>, whose stream is <c>s-lobby</c>.</summary>
    internal static Story OfTwo() => new Story().Enter("ann", "A").Joined("A", "lobby").Enter("bob", "B").Joined("B", "lobby");

    internal Story Enter(string client, string session, bool? recovered = null) => Add(Checker.Records.Connect(client, session, recovered));

    internal Story Joined(string session, string room) => Add(Checker.Records.Join(session, room, $"s-{room}", _heads.GetValueOrDefault(room)));

    internal Story Left(string session, string room) => Add(Checker.Records.Leave(session, room, $"s-{room}", _heads.GetValueOrDefault(room)));

    internal Story Sent(string id, params string[] rooms) => Sent(id, send => send, rooms);

    internal Story Sent(string id, Func<LogRecord, LogRecord> change, params string[] rooms)
    {
        Add(change(Checker.Records.Send(id, $"h-{id}", null, rooms)));
        foreach (string room in rooms)
        {
            Add(Checker.Records.Ack(id, room, $"s-{room}", _heads[room] = _heads.GetValueOrDefault(room) + 1));
        }

        return this;
    }

    internal Story Got(string client, string session, string room, long offset, string id) =>
        Add(Checker.Records.Recv(client, session, $"s-{room}", offset, id, $"h-{id}"));

    internal Story Add(LogRecord record)
    {
        Records.Add(record);
        return this;
    }

    internal Story Quiet() => Add(Checker.Records.Quiet());

    internal CheckResult Check() => DeliveryChecker.Check(Records);

    internal void IsClean()
    {
        CheckResult result = Check();
        Assert.True(result.Passed, string.Join('\n', result.Violations));
    }

    /// <summary>The invariant is violated, and the words stand in what is said about it.</summary>
    internal void Violates(string invariant, params string[] words)
    {
        CheckResult result = Check();
        Violation violation = Assert.Single(result.Violations, violation => violation.Invariant == invariant);
        Assert.All(words, word => Assert.Contains(word, violation.ToString(), StringComparison.Ordinal));
    }
}

namespace Realtime.Checker;

/// <summary>I4: what is acknowledged has happened and lasts, what is refused has not, and what timed out happened once or not at all.</summary>
internal sealed class AckTruth : IInvariant
{
    public string Name => "I4";

    public void Check(Run run, Findings findings)
    {
        Dictionary<Copy, List<StreamReading>> expecting = Expecting(run);
        foreach (Message message in run.Sent)
        {
            CheckPlaces(run, message, findings);
            CheckRefusal(message, findings);
            if (!run.LinesMissing && message.Sends[0].Record.Session is not null && message.Acks.Count > 0 && message.Handled.Count == 0 && run.Of(RecordKind.Handled).Count > 0)
            {
                findings.Add($"{message.Id} was acknowledged and never handled", message.Sends[0], message.Acks[0]);
            }

            foreach (Copy copy in message.Copies)
            {
                if (copy.IsAcked && expecting.TryGetValue(copy, out List<StreamReading>? readings) && readings.Count > 1
                    && !readings.Exists(reading => reading.WasGiven(copy.Offset) || reading.WasReported(copy.Offset)))
                {
                    findings.Add($"{message.Id} was acknowledged at {copy.Stream.Id}:{copy.Offset}, and none of {readings.Count} members got it or was told", message.Sends[0], copy.Evidence);
                }
            }
        }

        CheckDeliveries(run, findings);
        CheckAnswers(run, findings);
    }

    // Only what is missing somewhere can be missing everywhere, so the readings are asked first.
    private static Dictionary<Copy, List<StreamReading>> Expecting(Run run)
    {
        var expecting = new Dictionary<Copy, List<StreamReading>>(ReferenceEqualityComparer.Instance);
        foreach (StreamReading reading in run.Readings)
        {
            foreach (Copy copy in reading.Holes.Select(hole => hole.Missing).Concat(reading.Tail))
            {
                expecting.TryAdd(copy, []);
            }
        }

        foreach ((Copy copy, List<StreamReading> readings) in expecting)
        {
            readings.AddRange(run.Readings.Where(reading => ReferenceEquals(reading.Stream, copy.Stream) && Addressing.Of(reading.Session, copy) == Addressed.Must
                && (reading.Session.MustHaveAll || reading.WasGiven(copy.Offset) || reading.WasReported(copy.Offset))));
        }

        return expecting;
    }

    private static void CheckPlaces(Run run, Message message, Findings findings)
    {
        foreach (Line ack in message.Acks)
        {
            if (ack.Record is { Room: { } room, Stream: { } stream, Offset: { } offset } && message.CopyIn(room) is { } copy
                && (copy.Stream.Id != stream || copy.Offset != offset) && !IsAgain(run, copy, ack.Record))
            {
                findings.Add($"{message.Id} stands twice in {room}: at {copy.Stream.Id}:{copy.Offset} and at {stream}:{offset}", copy.Evidence, ack);
            }
        }
    }

    // One of the two is in a part of its stream that was lost, the other one in what that went on as.
    private static bool IsAgain(Run run, Copy copy, LogRecord other) => copy.Stream.Id != other.Stream && (copy.Stream.HasLost(copy.Offset) || run.IsLost(other));

    private static void CheckRefusal(Message message, Findings findings)
    {
        if (message.Fails.Count == 0 || message.Fails.Count < message.Sends.Count)
        {
            return;
        }

        if (message.Handled.Count > 0)
        {
            findings.Add($"{message.Id} was refused and handled", message.Fails[0], message.Handled[0]);
        }

        if (message.Given is { } delivered)
        {
            findings.Add($"{message.Id} was refused and delivered", message.Fails[0], delivered);
        }
    }

    private static void CheckDeliveries(Run run, Findings findings)
    {
        foreach (Line line in run.Of(RecordKind.Recv))
        {
            if (line.Record is { Stream: { } stream, Offset: { } offset } && run.MessageOf(line.Record) is { } message
                && run.StreamOf(stream).Room is { } room && message.CopyIn(room) is { } copy && (copy.Stream.Id != stream || copy.Offset != offset) && !IsAgain(run, copy, line.Record))
            {
                findings.Add($"{message.Id} stands at {copy.Stream.Id}:{copy.Offset} and was delivered as {stream}:{offset}", copy.Evidence, line);
            }
        }
    }

    private static void CheckAnswers(Run run, Findings findings)
    {
        var first = new Dictionary<(string?, long?), Line>();
        foreach (Line line in run.Of(RecordKind.Answer))
        {
            if (!first.TryAdd((line.Record.Session, line.Record.Number), line) && first[(line.Record.Session, line.Record.Number)] is var earlier && earlier.Record.Hash != line.Record.Hash)
            {
                findings.Add($"message {line.Record.Number} of {line.Record.Session} was answered in two ways", earlier, line);
            }
        }
    }
}

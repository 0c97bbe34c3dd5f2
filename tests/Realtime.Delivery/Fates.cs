using Realtime.Checker;

namespace Realtime.Delivery;

/// <summary>What became of what clients sent. Across a crash the checker cannot say; here nobody but servers is killed, so every message was handled or its client was told.</summary>
internal static class Fates
{
    internal static IEnumerable<string> FindLost(IReadOnlyList<LogFile> files)
    {
        var open = new Dictionary<string, LogRecord>();
        foreach (LogRecord record in files.SelectMany(static file => file.Records).Where(static record => record is { Kind: RecordKind.Send, Session: not null }))
        {
            open[record.Id!] = record;
        }

        foreach (LogRecord record in files.SelectMany(static file => file.Records))
        {
            // The backplane writes at once where a message stands, the handler a little later that it began.
            if ((record.Kind is RecordKind.Handled or RecordKind.Ack or RecordKind.Unknown or RecordKind.Timeout or RecordKind.Fail) && (record.Id ?? record.Op) is { } id)
            {
                open.Remove(id);
            }
        }

        return open.Keys;
    }
}

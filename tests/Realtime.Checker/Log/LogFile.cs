using System.Text.Json;

namespace Realtime.Checker;

/// <summary>The log of one process, or of a whole run on virtual time.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Name">The name, for messages.</param>
/// <param name="Records">The records in the order in which they were written; the first one is line 1.</param>
/// <param name="Torn">Whether the last line was not finished: the process was killed.</param>
public sealed record LogFile(string Name, IReadOnlyList<LogRecord> Records, bool Torn = false)
{
    /// <summary>The pattern of the names of logs.</summary>
    public const string Pattern = "*.jsonl";

    /// <summary>Reads all logs of a folder, in the order of their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The logs.</returns>
    /// <exception cref="InvalidDataException">There is none, or a line other than the last one of a file is no record.</exception>
    public static IReadOnlyList<LogFile> ReadFolder(string folder)
    {
        string[] paths = [.. Directory.EnumerateFiles(folder, Pattern).Order(StringComparer.Ordinal)];
        JsonSerializerOptions json = RecordFormat.Pooled();
        return paths.Length == 0 ? throw new InvalidDataException($"No {Pattern} in {folder}.") : [.. paths.Select(path => Read(path, json))];
    }

    /// <summary>Reads one log.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The log.</returns>
    /// <exception cref="InvalidDataException">A line other than the last one is no record.</exception>
    public static LogFile Read(string path) => Read(path, RecordFormat.Pooled());

    private static LogFile Read(string path, JsonSerializerOptions json)
    {
        string name = Path.GetFileName(path);
        var records = new List<LogRecord>();
        bool torn = false;
        using var file = new StreamReader(path);
        while (file.ReadLine() is { } line)
        {
            if (torn)
            {
                throw new InvalidDataException($"{name}:{records.Count + 1} is no record, and it is not the last line.");
            }

            if (TryRead(line, json, out LogRecord? record))
            {
                records.Add(record!);
            }
            else
            {
                torn = true;
            }
        }

        return new LogFile(name, records, torn);
    }

    private static bool TryRead(string line, JsonSerializerOptions json, out LogRecord? record)
    {
        try
        {
            record = JsonSerializer.Deserialize<LogRecord>(line, json);
            return record is not null;
        }
        catch (JsonException)
        {
            record = null;
            return false;
        }
    }
}

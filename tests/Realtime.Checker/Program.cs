// Realtime.Checker <folder> [--no-quiet]
// Reads all logs (*.jsonl) of a folder and checks the invariants. Exit code 1 when one is violated, 2 when the logs cannot be judged:
// they cannot be read, or no client says that all was quiet, so that losses at the end would go unseen (--no-quiet accepts that).
using Realtime.Checker;

string? folder = args.FirstOrDefault(argument => !argument.StartsWith("--", StringComparison.Ordinal));
if (folder is null || !Directory.Exists(folder))
{
    Console.Error.WriteLine("usage: Realtime.Checker <folder> [--no-quiet]");
    return 2;
}

try
{
    IReadOnlyList<LogFile> files = LogFile.ReadFolder(folder);
    CheckResult result = DeliveryChecker.Check(files);
    Report.Write(files, result, Console.Out);
    if (!result.Passed)
    {
        return 1;
    }

    return result.Tally.SessionsAtQuiet > 0 || args.Contains("--no-quiet") ? 0 : 2;
}
catch (InvalidDataException unreadable)
{
    Console.Error.WriteLine(unreadable.Message);
    return 2;
}

namespace Realtime.Checker.Tests;

/// <summary>A client of <see cref="GeneratedRun"/>.</summary>
internal sealed class ModelClient(string name)
{
    internal string Name { get; } = name;

    internal string Session { get; private set; } = "";

    internal string Owner { get; set; } = "n1";

    internal long Fence { get; set; }

    internal long Number { get; set; }

    internal bool IsConnected { get; set; }

    internal HashSet<string> Rooms { get; } = [];

    /// <summary>What is on its way.</summary>
    internal List<LogRecord> Pending { get; } = [];

    internal void Begin(string session)
    {
        Session = session;
        Owner = "n1";
        Fence = 1;
        Number = 0;
        IsConnected = true;
        Rooms.Clear();
        Pending.Clear();
    }
}

using Realtime.Core.Hosting;
using Realtime.Core.Sequencing;

namespace Realtime.Simulation;

/// <summary>The size of a run, drawn from its seed.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class Plan
{
    private readonly int _clientWindow;
    private readonly long _maxBufferedBytes;

    internal Plan(Random random)
    {
        ClientCount = random.Next(5, 21);
        Rooms = [.. Enumerable.Range(1, random.Next(2, 7)).Select(static number => $"r{number}")];
        NodeCount = random.Next(1, 4);
        MessageCount = random.Next(300, 361);
        FaultCount = random.Next(12, 25);
        Retention = new RetentionLimits { MaxAge = Window + TimeSpan.FromSeconds(12), MaxEntries = random.Next(3) == 0 ? random.Next(8, 40) : random.Next(100, 1000) };
        _clientWindow = random.Next(1, 17);
        _maxBufferedBytes = random.Next(2500, 12_000);
    }

    internal int ClientCount { get; }

    internal IReadOnlyList<string> Rooms { get; }

    internal int NodeCount { get; }

    internal int MessageCount { get; }

    internal int FaultCount { get; }

    internal RetentionLimits Retention { get; }

    /// <summary>Gets how long messages are sent and faults made.</summary>
    internal TimeSpan Duration { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets the resume window.</summary>
    internal TimeSpan Window { get; } = TimeSpan.FromSeconds(12);

    internal void Configure(RealtimeOptions options)
    {
        options.Recovery.ReconnectSpread = TimeSpan.Zero; // random, and here the plan decides who comes back when
        options.Heartbeat.Interval = TimeSpan.FromSeconds(4);
        options.Heartbeat.Timeout = TimeSpan.FromSeconds(2);
        options.Connections.CloseTimeout = TimeSpan.FromSeconds(2);
        options.Connections.MaxBufferedBytes = _maxBufferedBytes;
        options.Recovery.ClientWindow = _clientWindow;
        options.Recovery.Retention = Retention;
        options.Recovery.Sessions.Window = Window;
    }
}

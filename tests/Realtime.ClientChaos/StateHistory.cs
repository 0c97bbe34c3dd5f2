using System.Diagnostics;
using Realtime.Client.States;

namespace Realtime.ClientChaos;

/// <summary>What states a client went through: how often, and the last few with their reasons.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class StateHistory
{
    private const int Kept = 12;
    private readonly Lock _gate = new();
    private readonly Queue<string> _last = new();
    private readonly long _start = Stopwatch.GetTimestamp();

    internal long Changes { get; private set; }

    internal long LastChange { get; private set; }

    internal long Disconnects { get; private set; }

    internal long Reconnects { get; private set; }

    internal void Note(StateChange change)
    {
        lock (_gate)
        {
            Changes++;
            LastChange = Stopwatch.GetTimestamp();
            Disconnects += change.Previous == ClientState.Connected ? 1 : 0;
            Reconnects += change.Current == ClientState.Connected && Disconnects > 0 ? 1 : 0;
            _last.Enqueue($"{Stopwatch.GetElapsedTime(_start).TotalSeconds:F3} {change.Previous} -> {change.Current}, {change.Reason?.ToString() ?? "no reason"}, attempt {change.Attempt}, {change.Message}");
            if (_last.Count > Kept)
            {
                _last.Dequeue();
            }
        }
    }

    public override string ToString()
    {
        lock (_gate)
        {
            return string.Join("\n      ", _last);
        }
    }
}

namespace Realtime.Faults;

/// <summary>What holds back the bytes of one direction: nothing, a delay, a trickle, a cut at a certain byte, or a half-open connection.</summary>
/// <remarks>Guarded by <c>_gate</c>; one flow waits at it.</remarks>
internal sealed class FlowGate(TimeProvider time)
{
    private readonly Lock _gate = new();
    private Hold _hold;
    private Slowness _slowness;
    private CutAt? _cut;
    private bool _isShut;
    private bool _keepsEnd;

    internal bool IsShut
    {
        get
        {
            lock (_gate)
            {
                return _isShut;
            }
        }
    }

    internal void Apply(Fault fault, FaultNote note)
    {
        lock (_gate)
        {
            long until = time.GetTimestamp() + (long)(fault.Duration.TotalSeconds * time.TimestampFrequency);
            switch (fault.Kind)
            {
                case FaultKind.Delay or FaultKind.Orphan:
                    _keepsEnd |= fault.Kind == FaultKind.Orphan;
                    _hold = new Hold(Math.Max(until, _hold.Until), note);
                    break;
                case FaultKind.Trickle:
                    _slowness = new Slowness(until, fault.Bytes, fault.Every, note);
                    break;
                default:
                    _isShut = true;
                    note.Felt();
                    break;
            }
        }
    }

    /// <summary>Cuts the connection when more bytes have come.</summary>
    /// <param name="bytes">How many still pass.</param>
    /// <param name="cut">Ends the connection.</param>
    internal void CutAfter(int bytes, Action cut)
    {
        lock (_gate)
        {
            _cut ??= new CutAt(bytes, cut);
        }
    }

    /// <summary>Waits until at least one byte may pass.</summary>
    /// <param name="wanted">How many there are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many may pass now, and what to wait for after they have.</returns>
    internal async Task<(int Count, Task Pause)> EnterAsync(int wanted, CancellationToken cancellationToken)
    {
        while (Obstacle(wanted, cancellationToken) is { } obstacle)
        {
            await obstacle;
        }

        lock (_gate)
        {
            if (wanted > 0 && _cut is { } cut)
            {
                wanted = Math.Min(wanted, cut.Bytes);
                _cut = cut with { Bytes = cut.Bytes - wanted };
            }

            if (time.GetTimestamp() >= _slowness.Until || wanted == 0)
            {
                return (wanted, Task.CompletedTask);
            }

            // The clock starts before the bytes go, so that whoever sees them can rely on the pause having begun.
            Task pause = Task.Delay(_slowness.Every, time, cancellationToken);
            if (wanted > _slowness.Bytes)
            {
                _slowness.Note.Felt();
            }

            return (Math.Min(wanted, _slowness.Bytes), pause);
        }
    }

    private Task? Obstacle(int wanted, CancellationToken cancellationToken)
    {
        Action cut;
        lock (_gate)
        {
            if (wanted == 0 || _cut is not { Bytes: 0 } due)
            {
                return Barrier(wanted, cancellationToken);
            }

            cut = due.Cut;
        }

        cut();
        return Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private Task? Barrier(int wanted, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_isShut || (_keepsEnd && wanted == 0))
            {
                return Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            }

            long now = time.GetTimestamp();
            if (now >= _hold.Until)
            {
                return null;
            }

            // Counted after the clock has started: whoever sees the count may move the clock.
            Task wait = Task.Delay(time.GetElapsedTime(now, _hold.Until), time, cancellationToken);
            _hold.Note.Felt();
            return wait;
        }
    }

    private readonly record struct Hold(long Until, FaultNote Note);

    private readonly record struct CutAt(int Bytes, Action Cut);

    private readonly record struct Slowness(long Until, int Bytes, TimeSpan Every, FaultNote Note);
}

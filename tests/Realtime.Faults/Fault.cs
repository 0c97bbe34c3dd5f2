namespace Realtime.Faults;

/// <summary>Something to do to a connection.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Fault
{
    private Fault(FaultKind kind) => Kind = kind;

    /// <summary>Gets the fault that closes both sides in order.</summary>
    public static Fault Cut { get; } = new(FaultKind.Cut);

    /// <summary>Gets the fault that resets both sides.</summary>
    public static Fault Reset { get; } = new(FaultKind.Reset);

    /// <summary>Gets the kind.</summary>
    public FaultKind Kind { get; }

    /// <summary>Gets the directions that a delay, a half-open, a trickle or a cut at a byte is for.</summary>
    public Directions Directions { get; private init; }

    /// <summary>Gets how long a delay or a trickle lasts, and how long the bytes of an orphan are held back.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>Gets how many bytes a trickle forwards at a time, and how many still pass before a cut; 0 for a cut at once.</summary>
    public int Bytes { get; private init; }

    /// <summary>Gets the time between two portions of a trickle.</summary>
    public TimeSpan Every { get; private init; }

    /// <summary>Lets so many bytes pass, wherever in a message that is, and closes both sides in order when another one comes.</summary>
    public static Fault CutAfter(Directions directions, int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return new(FaultKind.Cut) { Directions = directions, Bytes = bytes };
    }

    /// <summary>Lets the client see the end after half of a time, in which nothing it sends goes on; the target gets that after the whole time, and a reset after twice the time.</summary>
    public static Fault Orphan(TimeSpan duration) => new(FaultKind.Orphan) { Duration = duration };

    /// <summary>Holds bytes back for a time.</summary>
    public static Fault Delay(Directions directions, TimeSpan duration) => new(FaultKind.Delay) { Directions = directions, Duration = duration };

    /// <summary>Stops forwarding without a word, until the connection is cut or reset.</summary>
    public static Fault HalfOpen(Directions directions) => new(FaultKind.HalfOpen) { Directions = directions };

    /// <summary>Forwards at most so many bytes in so much time, for a while.</summary>
    public static Fault Trickle(Directions directions, int bytes, TimeSpan every, TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return new(FaultKind.Trickle) { Directions = directions, Bytes = bytes, Every = every, Duration = duration };
    }
}

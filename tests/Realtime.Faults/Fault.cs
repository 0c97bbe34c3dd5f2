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

    /// <summary>Gets the directions that a delay, a half-open or a trickle is for.</summary>
    public Directions Directions { get; private init; }

    /// <summary>Gets how long a delay or a trickle lasts.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>Gets how many bytes a trickle forwards at a time.</summary>
    public int Bytes { get; private init; }

    /// <summary>Gets the time between two portions of a trickle.</summary>
    public TimeSpan Every { get; private init; }

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

namespace Realtime.Core.Timing;

/// <summary>One deadline on a <see cref="TimingWheel"/>: derive from it so that a deadline costs no object of its own.</summary>
/// <remarks>Thread-safe through the wheel.</remarks>
public abstract class WheelEntry
{
    // All guarded by the wheel's gate. A linked list through the entries themselves: adding and removing allocates nothing.
    internal WheelEntry? Next;
    internal WheelEntry? Previous;
    internal long DueTick = NotScheduled;

    internal const long NotScheduled = -1;

    /// <summary>Called when the deadline has passed, on a pool thread and under no lock. The entry may be scheduled again from here.</summary>
    /// <remarks>
    /// Must not throw and must not block: it holds up every other deadline. A deadline that is moved or cancelled at the very moment it passes may
    /// still be called, so the callee looks at its own state before it acts.
    /// </remarks>
    protected internal abstract void OnDue();
}

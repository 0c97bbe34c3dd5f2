namespace Realtime.Delivery;

/// <summary>What a server has done.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record ServerStatus
{
    public long Handled { get; init; }

    public long Replays { get; init; }

    public long Replayed { get; init; }

    /// <summary>Gets how many sessions came from another node.</summary>
    public long Moved { get; init; }

    /// <summary>Gets how many publications the backplane gave up.</summary>
    public long GivenUp { get; init; }

    /// <summary>Gets how often a log was found to go on from elsewhere.</summary>
    public long Interrupts { get; init; }

    /// <summary>Gets how often the node looked for what it had missed.</summary>
    public long Fills { get; init; }

    /// <summary>Gets how many publications it found.</summary>
    public long Filled { get; init; }

    /// <summary>Gets how often the node did not run for a while.</summary>
    public long Suspensions { get; init; }

    /// <summary>Gets how many handlers began, when the node ran again, for sessions that it may have lost: those that were between the question and their first line.</summary>
    public long Late { get; init; }

    public static ServerStatus operator +(ServerStatus left, ServerStatus right) => new()
    {
        Handled = left.Handled + right.Handled,
        Replays = left.Replays + right.Replays,
        Replayed = left.Replayed + right.Replayed,
        Moved = left.Moved + right.Moved,
        GivenUp = left.GivenUp + right.GivenUp,
        Interrupts = left.Interrupts + right.Interrupts,
        Fills = left.Fills + right.Fills,
        Filled = left.Filled + right.Filled,
        Suspensions = left.Suspensions + right.Suspensions,
        Late = left.Late + right.Late,
    };
}

namespace Realtime.Checker;

/// <summary>What a run amounts to. Without violations <see cref="Delivered"/> is <see cref="Expected"/> less <see cref="Reported"/>.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Tally
{
    /// <summary>Gets the number of messages that were sent.</summary>
    public required int Sent { get; init; }

    /// <summary>Gets how many deliveries were due.</summary>
    public required int Expected { get; init; }

    /// <summary>Gets how many of those took place.</summary>
    public required int Delivered { get; init; }

    /// <summary>Gets how many of those due were reported to their application as lost.</summary>
    public required int Reported { get; init; }

    /// <summary>Gets how many are missing without a word.</summary>
    public required int Lost { get; init; }

    /// <summary>Gets how many deliveries repeat one from a part of a log that was lost: not a violation, and nothing that a log that loses nothing shows.</summary>
    public required int Repeated { get; init; }

    /// <summary>Gets how many deliveries and handlings repeat an earlier one.</summary>
    public required int Duplicated { get; init; }

    /// <summary>Gets how many came before an earlier one of their stream or sender.</summary>
    public required int OutOfOrder { get; init; }

    /// <summary>Gets how many missing ones were passed by a later one.</summary>
    public required int SilentGaps { get; init; }

    /// <summary>Gets how many clients were recovered.</summary>
    public required int Recovered { get; init; }

    /// <summary>Gets how many clients were told that they were not.</summary>
    public required int Unrecovered { get; init; }

    /// <summary>Gets how many gaps were reported.</summary>
    public required int Gaps { get; init; }

    /// <summary>Gets how many messages of clients were handled.</summary>
    public required int Handled { get; init; }

    /// <summary>Gets how many faults began, by name.</summary>
    public required IReadOnlyDictionary<string, int> Faults { get; init; }

    /// <summary>Gets how many sessions had to have everything at the end. When it is 0, nothing was said about losses at the end.</summary>
    public required int SessionsAtQuiet { get; init; }

    /// <summary>Gets the closing line.</summary>
    /// <returns>One line.</returns>
    public override string ToString() =>
        $"sent {Sent}, expected {Expected}, delivered {Delivered}, lost {Lost}, duplicated {Duplicated}, out of order {OutOfOrder}, silent gaps {SilentGaps}";
}

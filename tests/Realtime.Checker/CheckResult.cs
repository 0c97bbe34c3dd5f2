namespace Realtime.Checker;

/// <summary>What the checker found.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Violations">One for each invariant that is violated, those first that others follow from. Empty when the run is clean.</param>
/// <param name="Tally">The counts.</param>
public sealed record CheckResult(IReadOnlyList<Violation> Violations, Tally Tally)
{
    /// <summary>Gets whether nothing was violated.</summary>
    public bool Passed => Violations.Count == 0;

    /// <summary>Gets the violation to look at first.</summary>
    public Violation? First => Violations.Count > 0 ? Violations[0] : null;

    /// <summary>Tells whether an invariant is among those violated: a fault often violates several.</summary>
    /// <param name="invariant">Its name, for example <c>I7</c>.</param>
    /// <returns>Whether it is.</returns>
    public bool Violates(string invariant) => Violations.Any(violation => violation.Invariant == invariant);
}

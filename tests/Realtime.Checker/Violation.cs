namespace Realtime.Checker;

/// <summary>An invariant that a run violates.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Invariant">Its name: <c>I1</c> to <c>I18</c>.</param>
/// <param name="Message">What happened, with the messages and sessions involved.</param>
/// <param name="Lines">The records that show it, each with its log and line.</param>
/// <param name="Count">How often it was violated in the run; the rest tells the first time.</param>
public sealed record Violation(string Invariant, string Message, IReadOnlyList<string> Lines, int Count)
{
    /// <summary>Gets the violation for a reader: a sentence, and the lines below it.</summary>
    /// <returns>Several lines of text.</returns>
    public override string ToString() => string.Join("\n    ", [$"{Invariant} ({Count}): {Message}", .. Lines]);
}

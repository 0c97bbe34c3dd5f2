namespace Realtime.Attacks;

/// <summary>What came of an attack.</summary>
/// <param name="Succeeded">Whether the attacker got what it wanted.</param>
/// <param name="Seen">What the attacker saw, or what was seen of it.</param>
internal sealed record Outcome(bool Succeeded, string Seen);

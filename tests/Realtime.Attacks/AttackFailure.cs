namespace Realtime.Attacks;

/// <summary>Something that an attack must not bring about, or has to.</summary>
internal sealed class AttackFailure(string message) : Exception(message);

namespace Realtime.Faults;

/// <summary>How many faults happened, by kind.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class FaultCounters
{
    private readonly long[] _counts = new long[Kinds.Length];

    /// <summary>Gets all kinds.</summary>
    public static FaultKind[] Kinds { get; } = Enum.GetValues<FaultKind>();

    /// <summary>Gets how many of all kinds happened.</summary>
    public long Total => Kinds.Sum(kind => this[kind]);

    /// <summary>Gets how many of one kind happened.</summary>
    public long this[FaultKind kind] => Interlocked.Read(ref _counts[(int)kind]);

    /// <summary>Gives each kind with its number.</summary>
    public override string ToString() => string.Join(", ", Kinds.Select(kind => $"{kind.ToString().ToLowerInvariant()} {this[kind]}"));

    internal void Count(FaultKind kind) => Interlocked.Increment(ref _counts[(int)kind]);
}

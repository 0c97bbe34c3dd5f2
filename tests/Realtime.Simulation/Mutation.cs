namespace Realtime.Simulation;

/// <summary>A mutation, and who has to catch it.</summary>
/// <param name="Kind">Which promise is broken.</param>
/// <param name="Name">Its name.</param>
/// <param name="Invariant">The invariant that has to be among those violated.</param>
internal sealed record Mutation(MutationKind Kind, string Name, string Invariant)
{
    internal static IReadOnlyList<Mutation> All { get; } =
    [
        new(MutationKind.SkipNumber, "skip a number", "I6"),
        new(MutationKind.ReuseNumber, "reuse a number", "I8"),
        new(MutationKind.BeforeHole, "deliver before a hole is filled", "I7"),
        new(MutationKind.DropOnResume, "drop on resume", "I1"),
        new(MutationKind.ReplayTwice, "replay twice", "I2"),
        new(MutationKind.NoFence, "no fence", "I9"),
        new(MutationKind.AckBeforeStore, "ack before store", "I4"),
        new(MutationKind.NoDedupe, "no dedupe of client numbers", "I2"),
        new(MutationKind.LoseSkip, "lose a skip", "I7"),
        new(MutationKind.WrongRoom, "wrong room", "I15"),
        new(MutationKind.TrimWithoutGap, "trim under a reader without a gap", "I7"),
        new(MutationKind.SwapSends, "swap two sends of one client", "I5"),
        new(MutationKind.LoseLast, "lose the last message of a quiet room", "I1"),
    ];
}

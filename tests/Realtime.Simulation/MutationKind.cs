namespace Realtime.Simulation;

/// <summary>A promise that is broken on purpose.</summary>
internal enum MutationKind
{
    None,
    SkipNumber,
    ReuseNumber,
    BeforeHole,
    DropOnResume,
    ReplayTwice,
    NoFence,
    AckBeforeStore,
    NoDedupe,
    LoseSkip,
    WrongRoom,
    TrimWithoutGap,
    SwapSends,
    LoseLast,
}

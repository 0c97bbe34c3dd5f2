using Lines = System.Collections.Generic.List<(string File, Realtime.Checker.LogRecord Record)>;

namespace Realtime.Checker.Tests;

/// <summary>A change to a correct log that makes it one of a run that broke a promise.</summary>
/// <param name="Name">What is changed.</param>
/// <param name="Invariant">The invariant that has to be among those violated.</param>
/// <param name="Apply">Changes the log; false when there is nothing in it to change.</param>
internal sealed record Mutation(string Name, string Invariant, Func<Lines, Random, bool> Apply)
{
    internal static IReadOnlyList<Mutation> All { get; } =
    [
        new("drop a delivery that another one follows", "I7", DeliveryMutations.DropInside),
        new("drop the last delivery of a stream", "I1", DeliveryMutations.DropLast),
        new("repeat a delivery", "I2", DeliveryMutations.Repeat),
        new("swap two deliveries of a stream", "I6", DeliveryMutations.Swap),
        new("change a payload", "I3", DeliveryMutations.ChangePayload),
        new("deliver what nobody sent", "I3", DeliveryMutations.ChangeId),
        new("deliver in another room", "I15", DeliveryMutations.ChangeStream),
        new("deliver to one who is no member", "I15", DeliveryMutations.GiveToStranger),
        new("deliver to one who is left out", "I15", DeliveryMutations.Exclude),
        new("deliver at another place", "I4", DeliveryMutations.ChangeOffset),
        new("forget a gap", "I1", GapMutations.Remove),
        new("forget a gap that more follows", "I7", GapMutations.RemoveInside),
        new("tell of a gap too late", "I7", GapMutations.Delay),
        new("tell of a gap that is none", "I7", GapMutations.Invent),
        new("join earlier", "I1", MembershipMutations.JoinEarlier),
        new("join later", "I15", MembershipMutations.JoinLater),
        new("never leave", "I1", MembershipMutations.NeverLeave),
        new("leave earlier", "I15", MembershipMutations.LeaveEarlier),
        new("use a place twice", "I8", SenderMutations.ReuseOffset),
        new("skip a place", "I6", SenderMutations.SkipOffset),
        new("store twice", "I4", SenderMutations.StoreTwice),
        new("refuse what is delivered", "I4", SenderMutations.Refuse),
        new("acknowledge what nobody gets", "I4", SenderMutations.LoseForAll),
        new("swap two sends", "I5", SenderMutations.SwapSends),
        new("handle twice", "I2", SenderMutations.HandleTwice),
        new("swap two handlings", "I5", SenderMutations.SwapHandled),
        new("acknowledge without handling", "I4", SenderMutations.DropHandled),
        new("let a number fall", "I1", SenderMutations.DropInnerHandled),
        new("answer in two ways", "I4", SenderMutations.AnswerTwice),
        new("claim with a fence that is taken", "I9", SenderMutations.ClaimTwice),
        new("handle under an old fence", "I9", SenderMutations.OldFence),
        new("never complete a request", "I10", SenderMutations.DropCompletion),
        new("complete a request twice", "I10", SenderMutations.RepeatCompletion),
    ];
}

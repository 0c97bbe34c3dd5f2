using Realtime.Core.Protocol;

namespace Realtime.Core.Sessions;

/// <summary>What the window says to a message.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Outcome">What the message is.</param>
/// <param name="Answer">The answer to send again; empty unless the message was repeated.</param>
internal readonly record struct TakenMessage(TakeOutcome Outcome, EventPayload Answer)
{
    /// <summary>Gets a value indicating whether the client breaks the protocol. Nothing has changed then; the session is to be ended, because the client would come back with the same message.</summary>
    internal bool IsViolation => Outcome >= TakeOutcome.Forgotten;
}

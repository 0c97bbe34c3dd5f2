namespace Realtime.Client.States;

/// <summary>A change of <see cref="ClientState"/>, or of the attempt within it.</summary>
/// <remarks>Immutable. While connecting or reconnecting one comes when an attempt failed (with the delay until the next one) and one when an attempt begins.</remarks>
/// <param name="Previous">The state before.</param>
/// <param name="Current">The state now; the same where only the attempt or the delay changed.</param>
/// <param name="Reason">Why, where something ended or failed.</param>
/// <param name="Attempt">The number of the attempt that is running or that follows, from 1; 0 when none does.</param>
/// <param name="Delay">The time until that attempt; zero when it is running.</param>
/// <param name="Message">What the server or the network said, for people.</param>
public sealed record StateChange(ClientState Previous, ClientState Current, ClientCloseReason? Reason, int Attempt, TimeSpan Delay, string? Message);

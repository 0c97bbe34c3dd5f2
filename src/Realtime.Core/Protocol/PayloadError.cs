namespace Realtime.Core.Protocol;

/// <summary>Why a payload is refused: the first thing about it that is wrong. Clients see both parts.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Member">The member that is wrong, as a JSON path: <c>$.text</c>; <c>$</c> for the payload as a whole.</param>
/// <param name="Message">What is wrong with it, in words.</param>
public sealed record PayloadError(string Member, string Message);

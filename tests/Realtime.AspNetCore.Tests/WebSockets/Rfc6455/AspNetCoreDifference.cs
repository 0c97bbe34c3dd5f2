namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>What ASP.NET Core's own WebSocket does where it does not do what the case expects.</summary>
/// <param name="Reason">Why it differs.</param>
/// <param name="Sees">What its client sees.</param>
/// <param name="Messages">The messages that it delivers; null when they are the expected ones.</param>
internal sealed record AspNetCoreDifference(string Reason, PeerSees Sees, IReadOnlyList<ReceivedMessage>? Messages = null);

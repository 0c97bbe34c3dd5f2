namespace Realtime.Client;

/// <summary>A handler threw, or a payload did not fit its type.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Exception">What it threw.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="EventName">The event.</param>
public sealed record HandlerFailure(Exception Exception, string Namespace, string EventName);

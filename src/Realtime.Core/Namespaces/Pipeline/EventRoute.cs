namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Where an event goes: through its gates to its handler.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record EventRoute(EventInvoker Invoker, EventGate[] Gates);

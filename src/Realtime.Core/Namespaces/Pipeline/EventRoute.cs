namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Where an event goes: through its gates to its handler. Up to <c>Degree</c> of its handlers run at once for one socket.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record EventRoute(EventInvoker Invoker, EventGate[] Gates, int Degree)
{
    /// <summary>Gets the gates that ask others.</summary>
    internal EventGate[] Asking { get; } = [.. Gates.Where(static gate => gate.AsksOthers)];
}

using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Calls the handler of one event.</summary>
internal abstract class EventInvoker
{
    private protected EventInvoker(string eventName) => EventName = eventName;

    internal string EventName { get; }

    /// <summary>Handles an event right off the wire. Reads what it needs from the packet before it returns; afterwards the bytes belong to others.</summary>
    internal abstract ValueTask InvokeAsync(EventContext context, in Packet packet);

    /// <summary>Handles an event whose arguments somebody looked at before.</summary>
    internal abstract ValueTask InvokeAsync(EventContext context);
}

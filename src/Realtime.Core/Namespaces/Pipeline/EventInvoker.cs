using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Calls the handler of one event.</summary>
internal abstract class EventInvoker
{
    private protected EventInvoker(string eventName) => EventName = eventName;

    internal string EventName { get; }

    /// <summary>Gets or sets what runs the handler once for each key; <see langword="null"/> for an event that runs as often as it comes. Set before the server starts.</summary>
    internal OnceGuard? Once { get; set; }

    /// <summary>Handles an event right off the wire. Reads what it needs from the packet before it returns; afterwards the bytes belong to others.</summary>
    internal abstract ValueTask InvokeAsync(EventContext context, in Packet packet);

    /// <summary>Handles an event whose arguments somebody looked at before.</summary>
    internal abstract ValueTask InvokeAsync(EventContext context);
}

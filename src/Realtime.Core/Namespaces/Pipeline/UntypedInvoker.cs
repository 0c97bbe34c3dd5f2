using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

internal sealed class UntypedInvoker(string eventName, Func<EventContext, ValueTask> handler) : EventInvoker(eventName)
{
    internal override ValueTask InvokeAsync(EventContext context, in Packet packet)
    {
        Packet owned = packet.Detach();
        context.Arguments = EventArguments.From(in owned);
        return handler(context);
    }

    internal override ValueTask InvokeAsync(EventContext context) => handler(context);
}

using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

internal sealed class UntypedInvoker(string eventName, Func<EventContext, ValueTask> handler) : EventInvoker(eventName)
{
    internal override ValueTask InvokeAsync(EventContext context, in Packet packet)
    {
        Packet owned = packet.Detach();
        context.Arguments = EventArguments.From(in owned);
        return InvokeAsync(context);
    }

    internal override ValueTask InvokeAsync(EventContext context) => Once is null ? handler(context) : StartOnceAsync(context);

    private ValueTask StartOnceAsync(EventContext context) => Once!.RunAsync(context, payload: null, () => handler(context));
}

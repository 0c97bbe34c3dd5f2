using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Reads the payload straight from the bytes of the packet and calls the handler. A client that asked for one gets an empty acknowledgement at the end.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
internal sealed class TypedEventInvoker<TPayload>(string eventName, PayloadReader<TPayload> payloads, Func<EventContext, TPayload, ValueTask> handler) : EventInvoker(eventName)
{
    private static readonly EventPayload s_emptyAck = new("[]"u8.ToArray(), []);

    internal override ValueTask InvokeAsync(EventContext context, in Packet packet) =>
        ReadAsync(context, EventArguments.First(in packet));

    internal override ValueTask InvokeAsync(EventContext context) =>
        ReadAsync(context, context.Arguments.Count > 0 ? context.Arguments[0] : EventArguments.Missing);

    private ValueTask ReadAsync(EventContext context, in EventArgument argument)
    {
        if (!payloads.TryRead(context, in argument, out TPayload payload))
        {
            return default;
        }

        return payloads.HasRules ? CheckAsync(context, payload) : RunAsync(context, payload);
    }

    private async ValueTask CheckAsync(EventContext context, TPayload payload)
    {
        if (await payloads.PassesAsync(context, payload).ConfigureAwait(false))
        {
            await RunAsync(context, payload).ConfigureAwait(false);
        }
    }

    private ValueTask RunAsync(EventContext context, TPayload payload)
    {
        ValueTask running = handler(context, payload);
        if (!running.IsCompletedSuccessfully)
        {
            return AwaitAsync(context, running);
        }

        context.AckPayload(s_emptyAck);
        return default;
    }

    private static async ValueTask AwaitAsync(EventContext context, ValueTask running)
    {
        await running.ConfigureAwait(false);
        context.AckPayload(s_emptyAck);
    }
}

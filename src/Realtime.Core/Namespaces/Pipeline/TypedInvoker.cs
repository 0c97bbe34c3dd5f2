using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Reads the payload straight from the bytes of the packet, calls the handler, and acknowledges with what it returns.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
/// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
internal sealed class TypedInvoker<TPayload, TAck>(string eventName, PayloadReader<TPayload> payloads, Func<EventContext, TPayload, ValueTask<TAck>> handler) : EventInvoker(eventName)
{
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
        ValueTask<TAck> running = handler(context, payload);
        if (!running.IsCompletedSuccessfully)
        {
            return AwaitAsync(context, running);
        }

        context.Ack(running.Result);
        return default;
    }

    private static async ValueTask AwaitAsync(EventContext context, ValueTask<TAck> running) => context.Ack(await running.ConfigureAwait(false));
}

using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Calls the handler of an event without an answer. A client that asked for one gets an empty acknowledgement at the end.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
internal sealed class TypedEventInvoker<TPayload>(string eventName, PayloadReader<TPayload> payloads, Func<EventContext, TPayload, ValueTask> handler)
    : PayloadInvoker<TPayload>(eventName, payloads)
{
    private static readonly EventPayload s_emptyAck = new("[]"u8.ToArray(), []);

    private protected override ValueTask RunAsync(EventContext context, TPayload payload)
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

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Calls the handler of an event with an answer, and acknowledges with what it returns.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
/// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
internal sealed class TypedInvoker<TPayload, TAck>(string eventName, PayloadReader<TPayload> payloads, Func<EventContext, TPayload, ValueTask<TAck>> handler)
    : PayloadInvoker<TPayload>(eventName, payloads)
{
    private protected override ValueTask RunAsync(EventContext context, TPayload payload)
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

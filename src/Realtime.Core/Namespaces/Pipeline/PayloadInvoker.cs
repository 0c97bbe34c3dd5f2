using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Reads the payload of a typed event straight from the bytes of the packet, asks its rules, and runs the handler only with one that fits.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
internal abstract class PayloadInvoker<TPayload>(string eventName, PayloadReader<TPayload> payloads) : EventInvoker(eventName)
{
    internal override ValueTask InvokeAsync(EventContext context, in Packet packet) =>
        ReadAsync(context, EventArguments.First(in packet));

    internal override ValueTask InvokeAsync(EventContext context) =>
        ReadAsync(context, context.Arguments.Count > 0 ? context.Arguments[0] : EventArguments.Missing);

    /// <summary>Runs the handler and acknowledges.</summary>
    private protected abstract ValueTask RunAsync(EventContext context, TPayload payload);

    private ValueTask ReadAsync(EventContext context, in EventArgument argument)
    {
        if (!payloads.TryRead(context, in argument, out TPayload payload))
        {
            return default;
        }

        return payloads.HasRules ? CheckAsync(context, payload) : StartAsync(context, payload);
    }

    private async ValueTask CheckAsync(EventContext context, TPayload payload)
    {
        if (await payloads.PassesAsync(context, payload).ConfigureAwait(false))
        {
            await StartAsync(context, payload).ConfigureAwait(false);
        }
    }

    private ValueTask StartAsync(EventContext context, TPayload payload) => Once is null ? RunAsync(context, payload) : StartOnceAsync(context, payload);

    // A method of its own: what the delegate captures is allocated where a method begins.
    private ValueTask StartOnceAsync(EventContext context, TPayload payload) => Once!.RunAsync(context, payload, () => RunAsync(context, payload));
}

namespace Realtime.Client.Receiving;

/// <summary>The forms in which handlers come, as one.</summary>
internal static class HandlerForms
{
    internal static Func<ClientEventContext, ValueTask> Of<T>(Action<T> handler) => context =>
    {
        handler(context.GetFirst<T>());
        return default;
    };

    internal static Func<ClientEventContext, ValueTask> Of<T>(Func<T, ValueTask> handler) => context => handler(context.GetFirst<T>());

    internal static Func<ClientEventContext, ValueTask> Of<T, TAck>(Func<T, ValueTask<TAck>> handler) => async context =>
        context.AcknowledgeWith(await handler(context.GetFirst<T>()).ConfigureAwait(false));

    internal static Func<ClientEventContext, ValueTask> Of(Func<ClientEventContext, ValueTask> handler) => context =>
    {
        context.Keep();
        return handler(context);
    };
}

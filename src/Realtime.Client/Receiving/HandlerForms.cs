namespace Realtime.Client.Receiving;

/// <summary>The forms in which handlers come, as one.</summary>
internal static class HandlerForms
{
    internal static Func<ClientEventContext, ValueTask> Of<T>(Action<T> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return context =>
        {
            handler(context.GetFirst<T>());
            return default;
        };
    }

    internal static Func<ClientEventContext, ValueTask> Of<T>(Func<T, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return context => handler(context.GetFirst<T>());
    }

    internal static Func<ClientEventContext, ValueTask> Of<T, TAck>(Func<T, ValueTask<TAck>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return async context => context.AcknowledgeWith(await handler(context.GetFirst<T>()).ConfigureAwait(false));
    }

    /// <summary>A handler that sees the whole event answers by itself, now or later.</summary>
    internal static Func<ClientEventContext, ValueTask> Of(Func<ClientEventContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return context =>
        {
            context.Keep();
            return handler(context);
        };
    }
}

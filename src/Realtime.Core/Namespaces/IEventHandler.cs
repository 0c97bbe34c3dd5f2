namespace Realtime.Core.Namespaces;

/// <summary>Handles an event, as a class from dependency injection: one scope and one instance for each message.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
public interface IEventHandler<in TPayload>
{
    /// <summary>Handles a message.</summary>
    /// <param name="context">The message.</param>
    /// <param name="payload">Its payload.</param>
    /// <returns>A task; the next message of the socket waits for it.</returns>
    ValueTask HandleAsync(EventContext context, TPayload payload);
}

#pragma warning disable MA0048 // The type differs from IEventHandler<TPayload> only in arity; two files cannot share its name.
namespace Realtime.Core.Namespaces;

/// <summary>Handles an event and acknowledges it, as a class from dependency injection: one scope and one instance for each message.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
/// <typeparam name="TAck">The type of the acknowledgement.</typeparam>
public interface IEventHandler<in TPayload, TAck>
{
    /// <summary>Handles a message.</summary>
    /// <param name="context">The message.</param>
    /// <param name="payload">Its payload.</param>
    /// <returns>The acknowledgement.</returns>
    ValueTask<TAck> HandleAsync(EventContext context, TPayload payload);
}

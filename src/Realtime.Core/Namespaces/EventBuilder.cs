using Realtime.Core.Limits;
using Realtime.Core.Namespaces.Pipeline;

namespace Realtime.Core.Namespaces;

/// <summary>Says more about one event, the one that was just given its handler, and goes on with the namespace.</summary>
/// <remarks>Not thread-safe. Used once, before the server starts.</remarks>
public class EventBuilder : NamespaceBuilder
{
    internal EventBuilder(NamespaceDefinition definition, EventDefinition eventDefinition)
        : base(definition) => Event = eventDefinition;

    /// <summary>Gets the name of the event.</summary>
    public string EventName => Event.Name;

    internal EventDefinition Event { get; }

    /// <summary>
    /// Limits how often clients send this event, besides what limits the namespace. Refused as with <see cref="NamespaceBuilder.RateLimitEvents"/>.
    /// </summary>
    /// <param name="policy">The limit. Each event has allowances of its own, also where two choose the same policy.</param>
    /// <returns>This builder.</returns>
    public EventBuilder RateLimit(RateLimitPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        Event.Gates.Add(RateLimitGate.Create(policy));
        return this;
    }

    /// <summary>
    /// Runs the handler once for each key, however often a client sends the event: a repetition gets the acknowledgement of the first, an error too, and one that
    /// comes while the handler still runs waits for it. For clients that repeat what was not acknowledged, such as Socket.IO's with <c>retries</c>.
    /// </summary>
    /// <param name="key">
    /// Finds the key, for example an id that the client made: the same for every try, another for every message. It counts within the namespace, the event and the
    /// user; without a user id, within the socket. An event without a key is refused with <c>invalid_payload</c>. Runs for every message, after the payload was checked.
    /// </param>
    /// <returns>This builder.</returns>
    /// <remarks>Results are kept by the <c>IIdempotencyStore</c> of the server. If the process ends while the handler runs, a repetition runs it again: see <see cref="AtMostOnce"/>.</remarks>
    public EventBuilder Idempotent(Func<EventContext, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Event.Key = (context, _) => key(context);
        return this;
    }

    /// <summary>
    /// Never runs the handler again for a message that was begun before: when nobody knows how that ended, because the process died meanwhile, the client gets the
    /// error <c>outcome_unknown</c>. Known by the key of <see cref="Idempotent"/>, which is needed: without it the server refuses to start.
    /// </summary>
    /// <returns>This builder.</returns>
    public EventBuilder AtMostOnce()
    {
        Event.IsAtMostOnce = true;
        return this;
    }

    /// <summary>
    /// Lets handlers of this event run beside other handlers of the same socket. Messages still start in the order in which they came; one that has started holds up
    /// nothing behind it, unless as many handlers of this event run as may, and another message of it comes: then that one and everything behind it waits.
    /// </summary>
    /// <param name="degree">How many handlers of this event may run at once for one socket. 1 is as without it: the next message starts when the handler is done.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public EventBuilder Concurrent(int degree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degree, 1);
        Event.Degree = degree;
        return this;
    }
}

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
}

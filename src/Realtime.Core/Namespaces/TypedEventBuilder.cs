using Realtime.Core.Limits;

namespace Realtime.Core.Namespaces;

/// <summary>Says more about one typed event.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
/// <remarks>Not thread-safe. Used once, before the server starts.</remarks>
public sealed class TypedEventBuilder<TPayload> : EventBuilder
{
    internal TypedEventBuilder(NamespaceDefinition definition, EventDefinition eventDefinition)
        : base(definition, eventDefinition)
    {
    }

    /// <inheritdoc cref="EventBuilder.RateLimit" />
    public new TypedEventBuilder<TPayload> RateLimit(RateLimitPolicy policy)
    {
        base.RateLimit(policy);
        return this;
    }
}

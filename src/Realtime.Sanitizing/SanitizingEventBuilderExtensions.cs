using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Realtime.Core.Namespaces;

namespace Realtime.Sanitizing;

/// <summary>Sanitises what comes in with an event, before its rules and its handler see it.</summary>
public static class SanitizingEventBuilderExtensions
{
    /// <summary>
    /// Sanitises every text in the payload of an event, however deep, keys of dictionaries included. Members whose type is open (<c>JsonElement</c>, <c>JsonNode</c>,
    /// <c>object</c>) are not looked into, and a <c>Uri</c> is no text.
    /// </summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="builder">The event.</param>
    /// <param name="policy">What may be left. A text beyond a limit of the policy refuses the event as <c>invalid_payload</c>.</param>
    /// <returns>The event.</returns>
    public static TypedEventBuilder<TPayload> Sanitize<TPayload>(this TypedEventBuilder<TPayload> builder, SanitizationPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policy);
        return builder.ConfigureJson(options => options.Converters.Insert(0, new SanitizingConverter(policy)));
    }

    /// <summary>Sanitises members of the payload of an event.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="builder">The event.</param>
    /// <param name="policy">What may be left.</param>
    /// <param name="members">The members, as in <c>nameof(SendMessage.Text)</c>. One that does not exist, or is no string, is refused when the server is built.</param>
    /// <returns>The event.</returns>
    public static TypedEventBuilder<TPayload> Sanitize<TPayload>(this TypedEventBuilder<TPayload> builder, SanitizationPolicy policy, params string[] members)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(members);
        var converter = new SanitizingConverter(policy);
        string eventName = builder.EventName;
        return builder.ConfigureJson(options => options.TypeInfoResolver = options.TypeInfoResolver!.WithAddedModifier(type =>
        {
            if (type.Type == typeof(TPayload))
            {
                Array.ForEach(members, member => Find(type, member, eventName).CustomConverter = converter);
            }
        }));
    }

    private static JsonPropertyInfo Find(JsonTypeInfo type, string member, string eventName) =>
        type.Properties.FirstOrDefault(property => property.PropertyType == typeof(string) && (property.AttributeProvider as MemberInfo)?.Name == member)
        ?? throw new InvalidOperationException($"The event '{eventName}' cannot have '{member}' sanitised: {type.Type} has no such member that is a string.");
}

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
}

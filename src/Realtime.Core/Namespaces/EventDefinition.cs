using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>What the application said about one event.</summary>
/// <remarks>Immutable once the server has started.</remarks>
internal sealed class EventDefinition(string name, Func<IServiceProvider, PayloadSerializer, EventInvoker> createInvoker)
{
    internal string Name { get; } = name;

    internal List<Func<NamespaceEnvironment, EventGate>> Gates { get; } = [];

    /// <summary>Gets the type of the payload; <see langword="null"/> for an event whose handler reads its arguments itself.</summary>
    internal Type? PayloadType { get; init; }

    /// <summary>Gets the type of the acknowledgement, if it has one.</summary>
    internal Type? AckType { get; init; }

    internal EventRoute Build(NamespaceEnvironment environment) =>
        new(createInvoker(environment.Services, environment.Serializer), [.. Gates.Select(create => create(environment))]);
}

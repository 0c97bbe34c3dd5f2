using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>What the application said about one event.</summary>
/// <remarks>Immutable once the server has started.</remarks>
internal sealed class EventDefinition(string name, Func<IServiceProvider, PayloadSerializer, EventInvoker> createInvoker)
{
    internal string Name { get; } = name;

    internal List<Func<NamespaceEnvironment, EventGate>> Gates { get; } = [];

    internal EventRoute Build(NamespaceEnvironment environment) =>
        new(createInvoker(environment.Services, environment.Serializer), [.. Gates.Select(create => create(environment))]);
}

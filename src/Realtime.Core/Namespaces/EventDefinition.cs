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

    /// <summary>Gets or sets what finds the key by which repetitions are known, in the context and the payload; <see langword="null"/> where every message is handled.</summary>
    internal Func<EventContext, object?, string?>? Key { get; set; }

    /// <summary>Gets or sets a value indicating whether the handler never runs for a key that was begun before and whose outcome nobody knows.</summary>
    internal bool IsAtMostOnce { get; set; }

    /// <summary>Gets or sets how many handlers of the event may run at once for one socket.</summary>
    internal int Degree { get; set; } = 1;

    internal EventRoute Build(NamespaceEnvironment environment)
    {
        EventInvoker invoker = createInvoker(environment.Services, environment.Serializer);
        if (Key is not null)
        {
            invoker.Once = new OnceGuard(environment, Key, IsAtMostOnce);
        }
        else if (IsAtMostOnce)
        {
            throw new InvalidOperationException($"The event '{Name}' is to be handled at most once, but nothing tells its messages apart. Say by what they are known, with Idempotent.");
        }

        return new EventRoute(invoker, [.. Gates.Select(create => create(environment))], Degree);
    }
}

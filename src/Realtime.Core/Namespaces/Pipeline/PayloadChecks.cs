using System.Text.Json;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>What the application said about the payload of one event.</summary>
/// <remarks>Not thread-safe. Immutable once the server has started.</remarks>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
internal sealed class PayloadChecks<TPayload>(NamespaceDefinition definition)
{
    internal List<Func<IServiceProvider, PayloadSerializer, IPayloadValidator<TPayload>>> Validators { get; } = [];

    internal List<Action<JsonSerializerOptions>> JsonChanges { get; } = [];

    internal bool AllowsNull { get; set; }

    internal PayloadReader<TPayload> Build(string eventName, IServiceProvider services, PayloadSerializer serializer)
    {
        PayloadSerializer own = JsonChanges.Count == 0 ? serializer : serializer.With(options => JsonChanges.ForEach(change => change(options)));
        IPayloadValidator<TPayload>[] validators =
        [
            .. definition.ValidatorFactories.Distinct().Select(factory => factory.Create<TPayload>(services, own)).OfType<IPayloadValidator<TPayload>>(),
            .. Validators.Select(create => create(services, own)),
        ];
        return new PayloadReader<TPayload>(eventName, own, validators, AllowsNull);
    }
}

using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>Validates all payloads of a namespace that have annotations.</summary>
internal sealed class AnnotationValidatorFactory : IPayloadValidatorFactory
{
    internal static AnnotationValidatorFactory Instance { get; } = new();

    public IPayloadValidator<TPayload>? Create<TPayload>(IServiceProvider services, PayloadSerializer serializer)
    {
        var rules = new AnnotationRules(services, serializer);
        return rules.ExistFor(typeof(TPayload)) ? new AnnotationValidator<TPayload>(rules) : null;
    }
}

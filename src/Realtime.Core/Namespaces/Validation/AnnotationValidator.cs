using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>Checks the attributes of <c>System.ComponentModel.DataAnnotations</c> on a payload and on what it contains.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class AnnotationValidator<TPayload>(AnnotationRules rules) : IPayloadValidator<TPayload>
{
    public ValueTask<PayloadError?> ValidateAsync(EventContext context, TPayload payload) => new(payload is null ? null : rules.Check(payload, typeof(TPayload), "$"));
}

using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>A check that an application wrote as a lambda.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class DelegateValidator<TPayload>(Func<TPayload, PayloadError?> check) : IPayloadValidator<TPayload>
{
    public ValueTask<PayloadError?> ValidateAsync(EventContext context, TPayload payload) => new(check(payload));
}

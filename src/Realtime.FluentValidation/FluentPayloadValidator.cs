using global::FluentValidation;
using global::FluentValidation.Results;
using Realtime.Core.Namespaces;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.FluentValidation;

/// <summary>Asks a validator of FluentValidation.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class FluentPayloadValidator<TPayload>(IValidator<TPayload> validator, PayloadSerializer serializer) : IPayloadValidator<TPayload>
{
    public async ValueTask<PayloadError?> ValidateAsync(EventContext context, TPayload payload)
    {
        if (payload is null)
        {
            return null; // FluentValidation takes no null; whether there has to be a payload is the event's to say.
        }

        ValidationResult result = await validator.ValidateAsync(payload, context.Disconnected).ConfigureAwait(false);
        return ToError(result);
    }

    // Infos and warnings are for the application to read from a validator that it runs itself.
    private PayloadError? ToError(ValidationResult result) => result.Errors.Find(static failure => failure.Severity == Severity.Error) is { } failure
        ? new PayloadError(serializer.GetMemberPath(typeof(TPayload), failure.PropertyName ?? ""), failure.ErrorMessage)
        : null;
}

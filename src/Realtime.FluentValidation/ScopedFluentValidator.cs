using System.Runtime.CompilerServices;
using global::FluentValidation;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.FluentValidation;

/// <summary>Asks a validator that dependency injection makes for each message, in a scope of its own: it may use what is scoped, such as a database context.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ScopedFluentValidator<TPayload, TValidator>(IServiceProvider services, PayloadSerializer serializer) : IPayloadValidator<TPayload>
    where TValidator : IValidator<TPayload>
{
    public async ValueTask<PayloadError?> ValidateAsync(EventContext context, TPayload payload)
    {
        AsyncServiceScope scope = services.CreateAsyncScope();
        await using ConfiguredAsyncDisposable ends = scope.ConfigureAwait(false);
        var validator = new FluentPayloadValidator<TPayload>(scope.ServiceProvider.GetRequiredService<TValidator>(), serializer);
        return await validator.ValidateAsync(context, payload).ConfigureAwait(false);
    }
}

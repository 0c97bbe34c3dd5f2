using global::FluentValidation;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol.Json;

namespace Realtime.FluentValidation;

/// <summary>Validates the payloads for which a validator is registered.</summary>
internal sealed class FluentValidatorFactory : IPayloadValidatorFactory
{
    internal static FluentValidatorFactory Instance { get; } = new();

    public IPayloadValidator<TPayload>? Create<TPayload>(IServiceProvider services, PayloadSerializer serializer) =>
        services.GetService<IServiceProviderIsService>()?.IsService(typeof(IValidator<TPayload>)) == true
            ? new ScopedFluentValidator<TPayload, IValidator<TPayload>>(services, serializer)
            : null;
}

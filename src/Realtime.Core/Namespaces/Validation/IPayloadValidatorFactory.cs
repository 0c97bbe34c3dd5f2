using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Validation;

/// <summary>Finds validators by the type of the payload: a way of validation that holds for all typed events of a namespace.</summary>
public interface IPayloadValidatorFactory
{
    /// <summary>Makes the validator of an event. Called once for each typed event of the namespace, when the server is built.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="services">The services of the application.</param>
    /// <param name="serializer">What reads the payload; it knows how members are called in JSON.</param>
    /// <returns>The validator; <see langword="null"/> when there is nothing to check about this type.</returns>
    IPayloadValidator<TPayload>? Create<TPayload>(IServiceProvider services, PayloadSerializer serializer);
}

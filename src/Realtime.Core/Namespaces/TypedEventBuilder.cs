using System.Text.Json;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>Says more about one typed event.</summary>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
/// <remarks>
/// Not thread-safe. Used once, before the server starts. Rules are asked in the order in which they were added, after the payload was read; the first that is
/// broken refuses the event: its handler does not run, and the client gets the error <c>invalid_payload</c> with the member.
/// </remarks>
public sealed class TypedEventBuilder<TPayload> : EventBuilder
{
    private readonly PayloadChecks<TPayload> _checks;

    internal TypedEventBuilder(NamespaceDefinition definition, EventDefinition eventDefinition, PayloadChecks<TPayload> checks)
        : base(definition, eventDefinition) => _checks = checks;

    /// <summary>Adds a rule.</summary>
    /// <param name="check">Gives the first thing that is wrong with a payload, or <see langword="null"/>. Runs for every message: it must be quick, and thread-safe.</param>
    /// <returns>This builder.</returns>
    public TypedEventBuilder<TPayload> Validate(Func<TPayload, PayloadError?> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return Validate(new DelegateValidator<TPayload>(check));
    }

    /// <summary>Adds a rule about the payload as a whole.</summary>
    /// <param name="isValid">Tells whether a payload is right.</param>
    /// <param name="message">What the client is told when it is not.</param>
    /// <returns>This builder.</returns>
    public TypedEventBuilder<TPayload> Validate(Func<TPayload, bool> isValid, string message)
    {
        ArgumentNullException.ThrowIfNull(isValid);
        ArgumentException.ThrowIfNullOrEmpty(message);
        var error = new PayloadError("$", message);
        return Validate(payload => isValid(payload) ? null : error);
    }

    /// <summary>Adds a validator.</summary>
    /// <param name="validator">The validator.</param>
    /// <returns>This builder.</returns>
    public TypedEventBuilder<TPayload> Validate(IPayloadValidator<TPayload> validator)
    {
        ArgumentNullException.ThrowIfNull(validator);
        return Validate((_, _) => validator);
    }

    /// <summary>Adds a validator that is made when the server is built.</summary>
    /// <param name="create">Makes it from the services of the application and from what reads the payload, which knows how members are called in JSON.</param>
    /// <returns>This builder.</returns>
    public TypedEventBuilder<TPayload> Validate(Func<IServiceProvider, PayloadSerializer, IPayloadValidator<TPayload>> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _checks.Validators.Add(create);
        return this;
    }

    /// <summary>
    /// Adds the rules that the type states by attributes of <c>System.ComponentModel.DataAnnotations</c>: on properties or on the parameters of a positional record,
    /// on the type, by <c>IValidatableObject</c>, and the same on everything that the payload contains.
    /// </summary>
    /// <remarks>
    /// Works trimmed and compiled ahead of time: members and attributes come from the metadata of the serialiser. The length of binary members is that of their
    /// bytes. A regular expression has the timeout of its attribute, 2 s unless you set less: do that, or patterns that backtrack can be kept busy.
    /// </remarks>
    /// <returns>This builder. A type without a single annotation is refused when the server is built: it would look protected and not be.</returns>
    public TypedEventBuilder<TPayload> ValidateAnnotations() => Validate((services, serializer) => AnnotationValidatorFactory.Instance.Create<TPayload>(services, serializer)
        ?? throw new InvalidOperationException($"The payload of the event '{EventName}' has no annotations to validate, and neither has anything that {typeof(TPayload)} contains."));

    /// <summary>Lets the event come without a payload, or with <c>null</c>: its handler gets <see langword="null"/>. Otherwise that is refused when the type is a class.</summary>
    /// <returns>This builder.</returns>
    public TypedEventBuilder<TPayload> AllowNullPayload()
    {
        _checks.AllowsNull = true;
        return this;
    }

    /// <summary>Reads the payload of this event with options of its own.</summary>
    /// <param name="configure">Changes a copy of <c>RealtimeOptions.Json</c>; for example refuses unknown members, or adds a converter.</param>
    /// <returns>This builder.</returns>
    public TypedEventBuilder<TPayload> ConfigureJson(Action<JsonSerializerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _checks.JsonChanges.Add(configure);
        return this;
    }

    /// <inheritdoc cref="EventBuilder.RateLimit" />
    public new TypedEventBuilder<TPayload> RateLimit(RateLimitPolicy policy)
    {
        base.RateLimit(policy);
        return this;
    }

    /// <inheritdoc cref="EventBuilder.Idempotent" />
    public TypedEventBuilder<TPayload> Idempotent(Func<TPayload, string?> key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Event.Key = (_, payload) => key((TPayload)payload!);
        return this;
    }

    /// <inheritdoc cref="EventBuilder.AtMostOnce" />
    public new TypedEventBuilder<TPayload> AtMostOnce()
    {
        base.AtMostOnce();
        return this;
    }

    /// <inheritdoc cref="EventBuilder.Concurrent" />
    public new TypedEventBuilder<TPayload> Concurrent(int degree)
    {
        base.Concurrent(degree);
        return this;
    }
}

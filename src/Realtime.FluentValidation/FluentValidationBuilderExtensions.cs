using global::FluentValidation;
using Realtime.Core.Namespaces;

namespace Realtime.FluentValidation;

/// <summary>Validates payloads with FluentValidation: the first failure of severity error refuses the event, and the client is told its member and message.</summary>
public static class FluentValidationBuilderExtensions
{
    /// <summary>Validates the payload of an event.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <param name="builder">The event.</param>
    /// <param name="validator">The validator. One instance serves all messages, as validators are made for.</param>
    /// <returns>The event.</returns>
    public static TypedEventBuilder<TPayload> ValidateWith<TPayload>(this TypedEventBuilder<TPayload> builder, IValidator<TPayload> validator)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(validator);
        return builder.Validate((_, serializer) => new FluentPayloadValidator<TPayload>(validator, serializer));
    }

    /// <summary>Validates the payload of an event with a validator from dependency injection.</summary>
    /// <typeparam name="TPayload">The type of the payload.</typeparam>
    /// <typeparam name="TValidator">The validator; it is resolved from a scope for each message, so it has to be registered.</typeparam>
    /// <param name="builder">The event.</param>
    /// <returns>The event.</returns>
    public static TypedEventBuilder<TPayload> ValidateWith<TPayload, TValidator>(this TypedEventBuilder<TPayload> builder)
        where TValidator : class, IValidator<TPayload>
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Validate((services, serializer) => new ScopedFluentValidator<TPayload, TValidator>(services, serializer));
    }

    /// <summary>
    /// Validates all typed events of a namespace, also those that are added later, for whose payload an <see cref="IValidator{T}"/> is registered; register those of an
    /// assembly with <c>services.AddValidatorsFromAssemblyContaining&lt;T&gt;()</c> of FluentValidation.DependencyInjectionExtensions.
    /// </summary>
    /// <param name="builder">The namespace.</param>
    /// <returns>The namespace.</returns>
    public static NamespaceBuilder ValidateAllWithFluentValidation(this NamespaceBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ValidateAll(FluentValidatorFactory.Instance);
    }

    /// <summary>
    /// Validates all typed events of a namespace for whose payload an assembly has a public validator. Validators are found when this is called, one instance of each is
    /// made, by its constructor without parameters; register those that need services instead.
    /// </summary>
    /// <param name="builder">The namespace.</param>
    /// <param name="assembly">The assembly.</param>
    /// <returns>The namespace.</returns>
    /// <exception cref="ArgumentException">The assembly has none, two for one payload, or one without such a constructor.</exception>
    public static NamespaceBuilder ValidateAllWithFluentValidation(this NamespaceBuilder builder, System.Reflection.Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(assembly);
        return builder.ValidateAll(new AssemblyValidatorFactory(assembly));
    }
}

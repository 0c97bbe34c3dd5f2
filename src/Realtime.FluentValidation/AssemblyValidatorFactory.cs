using System.Reflection;
using global::FluentValidation;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol.Json;

namespace Realtime.FluentValidation;

/// <summary>Validates the payloads for which an assembly has a validator.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class AssemblyValidatorFactory : IPayloadValidatorFactory
{
    private readonly Dictionary<Type, IValidator> _validators = [];

    internal AssemblyValidatorFactory(Assembly assembly)
    {
        foreach (AssemblyScanner.AssemblyScanResult found in AssemblyScanner.FindValidatorsInAssembly(assembly))
        {
            if (found.ValidatorType.GetConstructor(Type.EmptyTypes) is null)
            {
                throw new ArgumentException($"{found.ValidatorType} has no constructor without parameters. Register it with the services and leave the assembly out.", nameof(assembly));
            }

            if (!_validators.TryAdd(found.InterfaceType, (IValidator)Activator.CreateInstance(found.ValidatorType)!))
            {
                throw new ArgumentException($"{found.ValidatorType} is a second validator of its payload.", nameof(assembly));
            }
        }

        if (_validators.Count == 0)
        {
            throw new ArgumentException($"{assembly.GetName().Name} has no public validators.", nameof(assembly));
        }
    }

    public IPayloadValidator<TPayload>? Create<TPayload>(IServiceProvider services, PayloadSerializer serializer) =>
        _validators.TryGetValue(typeof(IValidator<TPayload>), out IValidator? validator) ? new FluentPayloadValidator<TPayload>((IValidator<TPayload>)validator, serializer) : null;
}

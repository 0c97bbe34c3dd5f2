using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Realtime.Core.Namespaces.Validation;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces.Pipeline;

/// <summary>Reads the payload of one event and checks it. What does not fit is refused, and the client told which member it is.</summary>
/// <remarks>
/// Thread-safe. The serialiser can say no only by an exception: one is thrown and caught at once, nothing is logged above debug, and rate limits have refused
/// a flood before. Everything else is refused without one.
/// </remarks>
/// <typeparam name="TPayload">The type of the payload.</typeparam>
internal sealed class PayloadReader<TPayload>
{
    private static readonly PayloadError s_noPayload = new("$", "The event needs a payload.");
    private readonly JsonTypeInfo<TPayload>? _type;
    private readonly IPayloadValidator<TPayload>[] _validators;
    private readonly bool _allowsNull;

    internal PayloadReader(string eventName, PayloadSerializer serializer, IPayloadValidator<TPayload>[] validators, bool allowsNull)
    {
        _validators = validators;

        // Whether a reference type may be null is not known here: the compiler does not keep it for type arguments. These can always be.
        _allowsNull = allowsNull || typeof(TPayload).IsValueType || typeof(TPayload) == typeof(object) || typeof(TPayload).IsAssignableTo(typeof(JsonNode));
        if (typeof(TPayload) == typeof(EventArgument))
        {
            return; // taken as it came
        }

        try
        {
            _type = (JsonTypeInfo<TPayload>)serializer.GetTypeInfo(typeof(TPayload));
        }
        catch (NotSupportedException unknown)
        {
            throw new InvalidOperationException(
                $"The payload of the event '{eventName}' is a {typeof(TPayload)}, which the resolver of RealtimeOptions.Json does not know. Add it to your JsonSerializerContext.", unknown);
        }
    }

    /// <summary>Gets a value indicating whether there are rules beyond the type.</summary>
    internal bool HasRules => _validators.Length > 0;

    /// <summary>Reads a payload. One that does not fit its type is refused here.</summary>
    internal bool TryRead(EventContext context, in EventArgument argument, out TPayload payload)
    {
        PayloadError? error = null;
        TPayload? value;
        if (_type is null)
        {
            value = (TPayload)(object)argument;
        }
        else
        {
            error = PayloadSerializer.TryDeserialize(in argument, _type, out value);
        }

        if (error is null && value is null && !_allowsNull)
        {
            error = s_noPayload;
        }

        payload = value!;
        return error is null || Refuse(context, error);
    }

    /// <summary>Asks the rules. A payload that breaks one is refused here.</summary>
    internal async ValueTask<bool> PassesAsync(EventContext context, TPayload payload)
    {
        foreach (IPayloadValidator<TPayload> validator in _validators)
        {
            if (await validator.ValidateAsync(context, payload).ConfigureAwait(false) is { } error)
            {
                return Refuse(context, error);
            }
        }

        return true;
    }

    private static bool Refuse(EventContext context, PayloadError error)
    {
        context.Socket.Owner.Pipeline.Events.Refuse(context, error);
        return false;
    }
}

using System.Text.Json;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Receiving;

/// <summary>Reads what the server sent as types, of events and of acknowledgements.</summary>
internal static class ArgumentReader
{
    /// <summary>Reads an argument.</summary>
    /// <param name="serializer">The serialiser.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="what">How to call it in an error.</param>
    /// <exception cref="InvalidPayloadException">It does not fit, or is missing where the type allows no null.</exception>
    internal static T Read<T>(PayloadSerializer serializer, in EventArgument argument, string what)
    {
        try
        {
            return serializer.Deserialize<T>(in argument)!;
        }
        catch (JsonException misfit)
        {
            throw new InvalidPayloadException(new PayloadError(misfit.Path ?? "$", $"{what} does not fit {typeof(T).Name}: {misfit.Message}"));
        }
    }
}

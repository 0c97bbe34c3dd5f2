using System.Text.Json;

namespace Realtime.Core.Protocol.Json;

internal static class ArgumentReading
{
    /// <summary>Reads an argument that a client sent to a handler.</summary>
    /// <exception cref="PayloadMisfitException">The argument does not fit the type.</exception>
    internal static T? Read<T>(this PayloadSerializer serializer, in EventArgument argument)
    {
        try
        {
            return serializer.Deserialize<T>(in argument);
        }
        catch (JsonException misfit)
        {
            throw new PayloadMisfitException(misfit);
        }
    }
}

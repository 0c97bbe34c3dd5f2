using System.Text.Json;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Client.Sending;

/// <summary>Reads acknowledgements as types.</summary>
internal static class AckReader
{
    /// <summary>Reads the first argument.</summary>
    /// <exception cref="InvalidPayloadException">It does not fit, or is missing where the type allows no null.</exception>
    internal static T Read<T>(PayloadSerializer serializer, string eventName, EventArguments answer)
    {
        try
        {
            return serializer.Deserialize<T>(answer.Count > 0 ? answer[0] : EventArguments.Missing)!;
        }
        catch (JsonException misfit)
        {
            throw new InvalidPayloadException(new PayloadError(misfit.Path ?? "$", $"The acknowledgement of '{eventName}' does not fit {typeof(T).Name}: {misfit.Message}"));
        }
    }
}

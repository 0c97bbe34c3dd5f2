using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Realtime.Core.Protocol.Json;

/// <summary>Turns what System.Text.Json throws about a payload into an error that names the member.</summary>
internal static class Misfit
{
    // A path may consist of keys that the client made up: it is repeated to the client and in the log, so it must not be as long as the message.
    private const int MaxPathLength = 256;

    /// <summary>Tells whether an exception is about the bytes: the serialiser's own, and what constructors, setters and converters of payloads say no with.</summary>
    internal static bool IsOne(Exception exception) => exception is JsonException or NotSupportedException or ArgumentException or FormatException or OverflowException;

    internal static PayloadError Describe(Exception exception, in EventArgument argument, JsonTypeInfo type)
    {
        string path = (exception as JsonException)?.Path ?? "$";
        if (exception is JsonException && MissingMember.In(argument.Json.Span, type) is { } missing && missing.Object == path)
        {
            string lacking = Shorten(missing.Member);
            return new PayloadError(lacking, $"The payload lacks {lacking}.");
        }

        path = Shorten(path);
        return new PayloadError(path, $"The payload does not fit the event at {path}.");
    }

    private static string Shorten(string path) => path.Length <= MaxPathLength ? path : path[..MaxPathLength] + "…";
}

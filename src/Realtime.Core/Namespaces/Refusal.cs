using Realtime.Core.Diagnostics;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>What a refused client is told.</summary>
internal sealed record Refusal(string Message, object? Data)
{
    internal static Refusal InvalidNamespace { get; } = new("Invalid namespace", null);

    /// <summary>A middleware that neither went on nor refused has refused, but said nothing.</summary>
    internal static Refusal Unexplained { get; } = new("Connection refused", null);

    /// <summary>A middleware that threw. What it threw is in the log, not on the wire.</summary>
    internal static Refusal Failed { get; } = new("Internal server error", null);

    /// <summary>Gets the JSON that stands in the place of data: of the server itself, so it needs no type of the application.</summary>
    internal ReadOnlyMemory<byte>? Json { get; private init; }

    /// <summary>Gets what a meter compares.</summary>
    internal ErrorCode Code { get; private init; } = ErrorCode.Refused;

    /// <summary>A refusal that programs can tell from others, by <c>data.code</c>.</summary>
    internal static Refusal WithCode(string code, string message) => new(message, null) { Json = ErrorPayload.CreateRefusalData(code, retryAfter: null) };

    /// <summary>A refusal by a limit of the server.</summary>
    internal static Refusal Of(ErrorCode code, string message, TimeSpan? retryAfter) =>
        new(message, null) { Code = code, Json = ErrorPayload.CreateRefusalData(code.ToText(), retryAfter) };

    internal ReadOnlyMemory<byte> Encode(NamespaceEnvironment environment, NamespacePath path)
    {
        ReadOnlyMemory<byte>? data = Json;
        if (Data is not null)
        {
            try
            {
                data = environment.Serializer.SerializeValue(Data);
            }
#pragma warning disable CA1031 // The client gets its refusal all the same: without an answer it would wait for ever.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                NamespaceLog.MiddlewareFailed(environment.Logger, exception, path.Value, "");
            }
        }

        return ErrorPayload.CreateRefusal(Message, data);
    }
}

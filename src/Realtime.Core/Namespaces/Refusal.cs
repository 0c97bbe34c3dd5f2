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

    /// <summary>Gets what a meter and programs compare; for the refusals of the server itself a client sees it as <c>data.code</c>.</summary>
    internal ErrorCode Code { get; private init; } = ErrorCode.Refused;

    private TimeSpan? RetryAfter { get; init; }

    /// <summary>Makes a refusal of the server itself.</summary>
    internal static Refusal Of(ErrorCode code, string message, TimeSpan? retryAfter) => new(message, null) { Code = code, RetryAfter = retryAfter };

    internal ReadOnlyMemory<byte> Encode(NamespaceEnvironment environment, NamespacePath path)
    {
        ReadOnlyMemory<byte>? data = Code == ErrorCode.Refused ? default(ReadOnlyMemory<byte>?) : ErrorPayload.CreateRefusalData(Code, RetryAfter);
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

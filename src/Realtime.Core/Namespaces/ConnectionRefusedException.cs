using Realtime.Core.Diagnostics;

namespace Realtime.Core.Namespaces;

/// <summary>Thrown in a middleware to refuse a client; the same as <see cref="ConnectingContext.Refuse"/>.</summary>
/// <param name="message">What the client is told.</param>
/// <param name="details">More, as the member <c>data</c> of the error; left out when null.</param>
public sealed class ConnectionRefusedException(string message, object? details = null) : RealtimeException(ErrorCode.Refused, message)
{
    /// <summary>Gets more, as the member <c>data</c> of the error.</summary>
    public object? Details { get; } = details;
}

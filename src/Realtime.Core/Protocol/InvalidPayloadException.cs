using Realtime.Core.Diagnostics;

namespace Realtime.Core.Protocol;

/// <summary>An argument of an event does not fit the type that a handler reads it as. Left to the library, it refuses the event with the code <c>invalid_payload</c>.</summary>
public sealed class InvalidPayloadException : RealtimeException
{
    /// <summary>Initializes a new instance of the <see cref="InvalidPayloadException"/> class.</summary>
    /// <param name="error">What does not fit.</param>
    public InvalidPayloadException(PayloadError error)
        : base(ErrorCode.InvalidPayload, (error ?? throw new ArgumentNullException(nameof(error))).Message) => Error = error;

    /// <summary>Gets what does not fit.</summary>
    public PayloadError Error { get; }
}

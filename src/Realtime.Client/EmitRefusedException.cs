using Realtime.Core.Diagnostics;

namespace Realtime.Client;

/// <summary>The server answered an event with an error: its payload does not fit, it came too often, the user may not, or its handler failed.</summary>
public sealed class EmitRefusedException : RealtimeException
{
    /// <summary>Initializes a new instance of the <see cref="EmitRefusedException"/> class.</summary>
    /// <param name="eventName">The event.</param>
    /// <param name="code">The code of the server, in snake case.</param>
    /// <param name="message">Its message.</param>
    /// <param name="member">The member of the payload that does not fit, as a JSON path.</param>
    /// <param name="retryAfter">When to try again.</param>
    public EmitRefusedException(string eventName, string code, string message, string? member = null, TimeSpan? retryAfter = null)
        : base(ErrorCode.Refused, $"The server refused the event '{eventName}' ({code}): {message}")
    {
        EventName = eventName;
        RefusalCode = code;
        Member = member;
        RetryAfter = retryAfter;
    }

    /// <summary>Gets the event.</summary>
    public string EventName { get; }

    /// <summary>Gets the code of the server, such as <c>invalid_payload</c> or <c>rate_limited</c>.</summary>
    public string RefusalCode { get; }

    /// <summary>Gets the member of the payload that does not fit, as a JSON path; <see langword="null"/> when it is not about a member.</summary>
    public string? Member { get; }

    /// <summary>Gets the time after which the event may be sent again, if the server said so.</summary>
    public TimeSpan? RetryAfter { get; }
}

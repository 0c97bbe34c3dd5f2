namespace Realtime.Core.Diagnostics;

/// <summary>The base of what awaits throw when they cannot deliver. Expected ends, such as a closed connection, are values instead.</summary>
public class RealtimeException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="RealtimeException"/> class.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">What happened and what to do.</param>
    public RealtimeException(ErrorCode code, string message)
        : base(message) => Code = code;

    /// <summary>Initializes a new instance of the <see cref="RealtimeException"/> class.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public RealtimeException(ErrorCode code, string message, Exception? innerException)
        : base(message, innerException) => Code = code;

    /// <summary>Gets what went wrong.</summary>
    public ErrorCode Code { get; }
}

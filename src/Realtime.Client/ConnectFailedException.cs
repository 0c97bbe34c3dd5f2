using Realtime.Client.States;
using Realtime.Core.Diagnostics;

namespace Realtime.Client;

/// <summary>A namespace could not be connected, and no further attempt is made.</summary>
public class ConnectFailedException : RealtimeException
{
    /// <summary>Initializes a new instance of the <see cref="ConnectFailedException"/> class.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public ConnectFailedException(ClientCloseReason reason, string message, Exception? innerException = null)
        : base(ErrorCode.Disconnected, message, innerException) => Reason = reason;

    /// <summary>Gets why.</summary>
    public ClientCloseReason Reason { get; }
}

using Realtime.Client.States;

namespace Realtime.Client.Reconnecting;

/// <summary>An attempt failed, or a connection was lost: what the reconnect loop decides on.</summary>
internal sealed class AttemptFailedException(ClientCloseReason reason, string message, TimeSpan? notBefore = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    internal ClientCloseReason Reason { get; } = reason;

    /// <summary>Gets the shortest delay that the server asked for.</summary>
    internal TimeSpan? NotBefore { get; } = notBefore;
}

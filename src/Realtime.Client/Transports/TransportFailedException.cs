using Realtime.Client.States;

namespace Realtime.Client.Transports;

/// <summary>A transport could not connect, or broke.</summary>
internal sealed class TransportFailedException(ClientCloseReason reason, string message, Exception? innerException = null) : Exception(message, innerException)
{
    internal ClientCloseReason Reason { get; } = reason;
}

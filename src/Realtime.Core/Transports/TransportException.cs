namespace Realtime.Core.Transports;

/// <summary>The peer broke the rules of a transport, or the network failed.</summary>
public sealed class TransportException : Exception
{
    /// <summary>Initializes a new instance of the <see cref="TransportException"/> class.</summary>
    /// <param name="message">What happened.</param>
    public TransportException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="TransportException"/> class.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public TransportException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

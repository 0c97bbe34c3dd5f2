namespace Realtime.Core.Transports;

/// <summary>What a transport reports to: one connection.</summary>
/// <remarks>
/// Thread-safe, with one rule: for one transport, <see cref="OnReadableAsync"/> is not called again before the task of the call before has completed.
/// That is the backpressure: while the task runs, do not read from the network.
/// </remarks>
public interface ITransportReceiver
{
    /// <summary>Takes every message that <see cref="ITransport.TryRead"/> has to give.</summary>
    /// <param name="transport">The transport that has messages.</param>
    /// <returns>A task that completes when more may be read. It never fails.</returns>
    ValueTask OnReadableAsync(ITransport transport);

    /// <summary>Tells that <see cref="ITransport.CanSend"/> has turned true.</summary>
    /// <param name="transport">The transport that can send.</param>
    void OnWritable(ITransport transport);

    /// <summary>Tells that the peer has answered a ping of the transport itself, such as a WebSocket's. Transports without pings never call it.</summary>
    /// <param name="transport">The transport that was answered on.</param>
    void OnPong(ITransport transport)
    {
    }

    /// <summary>Tells that the transport has ended. Called once or more; only the first call counts.</summary>
    /// <param name="transport">The transport that ended.</param>
    /// <param name="cause">What broke it, or <see langword="null"/> when the peer or <see cref="ITransport.Close"/> ended it.</param>
    void OnClosed(ITransport transport, Exception? cause);
}

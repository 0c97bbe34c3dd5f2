using Realtime.Core.Framing;

namespace Realtime.Contracts.Transports;

/// <summary>The other end of a transport: a client that knows its wire and nothing above it. It has read the open frame already.</summary>
public interface ITransportClient : IAsyncDisposable
{
    /// <summary>Sends one message: text with the digit of its frame, or bare binary data.</summary>
    Task SendAsync(EncodedMessage message, CancellationToken cancellationToken);

    /// <summary>Takes the next message from the server.</summary>
    /// <returns><see langword="null"/> when the server has ended the connection, however it did.</returns>
    /// <remarks>Nothing is taken from the wire unless this is called, or at most what a buffer of fixed size holds: that is what makes a slow reader.</remarks>
    Task<EncodedMessage?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Stops the wire from taking more, if it would not stop by itself as soon as nobody receives.</summary>
    void Pause();

    /// <summary>Ends <see cref="Pause"/>.</summary>
    void Resume();

    /// <summary>Leaves in the orderly way of the transport.</summary>
    Task LeaveAsync(CancellationToken cancellationToken);

    /// <summary>Cuts the wire.</summary>
    void Cut();
}

using Realtime.Core.Framing;

namespace Realtime.Client.Transports;

/// <summary>One wire to a server.</summary>
/// <remarks>
/// One reader and one writer at a time, which may be different threads. <see cref="Abort"/> may be called from anywhere and ends both. Failures are
/// thrown as <see cref="TransportFailedException"/>; nothing is tried again here.
/// </remarks>
internal interface IClientTransport : IAsyncDisposable
{
    /// <summary>Gets the name that servers use for it.</summary>
    string Name { get; }

    /// <summary>Connects.</summary>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Waits for the next message. Its bytes are valid until the next call.</summary>
    /// <returns>The message, or <see langword="null"/> when the server has closed in order, or when the reader is to go on with another transport.</returns>
    ValueTask<TransportMessage?> ReceiveAsync(CancellationToken cancellationToken);

    /// <summary>Sends packets, in order. They have been handed to the network when it returns.</summary>
    ValueTask SendAsync(ReadOnlyMemory<EncodedPacket> packets, CancellationToken cancellationToken);

    /// <summary>Says goodbye, if the server still listens.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);

    /// <summary>Ends at once.</summary>
    void Abort();
}

using Realtime.Core.Framing;

namespace Realtime.Core.Transports;

/// <summary>Carries the messages of one client: a WebSocket, HTTP long-polling, memory, or one of your own.</summary>
/// <remarks>
/// <para>A transport keeps the boundaries and the order of messages and knows nothing of their content. It reports to an <see cref="ITransportReceiver"/>,
/// which is what accepts it returns.</para>
/// <para>Calls: <see cref="Send"/> is called by one thread at a time and only while <see cref="CanSend"/> is true; <see cref="TryRead"/> only inside
/// <see cref="ITransportReceiver.OnReadableAsync"/>; <see cref="Close"/> and <see cref="Abort"/> from any thread, any number of times.
/// None of them may block, and none may call user code.</para>
/// </remarks>
public interface ITransport
{
    /// <summary>Gets the name that clients use for this transport, for example <c>websocket</c>.</summary>
    string Name { get; }

    /// <summary>Gets a value indicating whether <see cref="Send"/> may be called now: nothing of an earlier call is still unsent, and the peer can take more.</summary>
    bool CanSend { get; }

    /// <summary>Gets the number of bytes that <see cref="Send"/> took and that have not reached the operating system yet.</summary>
    long UnsentBytes { get; }

    /// <summary>Sends packets, in order and without gaps. What cannot be sent at once is kept by the transport.</summary>
    /// <remarks>
    /// After the call <see cref="CanSend"/> may be false; it turns true again before <see cref="ITransportReceiver.OnWritable"/> is called.
    /// Packets that are kept beyond the call have to be retained. A failure is reported through <see cref="ITransportReceiver.OnClosed"/>, never thrown.
    /// </remarks>
    /// <param name="packets">At least one packet; the span is valid only during the call.</param>
    void Send(ReadOnlySpan<EncodedPacket> packets);

    /// <summary>Takes the next message that has arrived.</summary>
    /// <param name="message">The message; its bytes must stay valid until the next call or until the receiver's task has completed.</param>
    /// <returns><see langword="false"/> when nothing complete is there.</returns>
    /// <exception cref="TransportException">The peer broke the rules of the transport. The connection is closed with the reason "transport error".</exception>
    bool TryRead(out TransportMessage message);

    /// <summary>Closes in an orderly way, behind everything that was sent. Nothing is sent afterwards.</summary>
    void Close();

    /// <summary>Ends at once. What is unsent is lost.</summary>
    void Abort();
}

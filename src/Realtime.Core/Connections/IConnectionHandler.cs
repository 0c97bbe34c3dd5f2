using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>The layer above connections: Socket.IO, or a protocol of your own on bare messages.</summary>
/// <remarks>
/// The calls for one connection come one at a time and in order, except <see cref="OnClosed"/>, which may come while a task of
/// <see cref="OnMessageAsync"/> is running. None of them may block.
/// </remarks>
public interface IConnectionHandler
{
    /// <summary>Called when a connection is open; its open frame is already on its way.</summary>
    /// <param name="connection">The connection.</param>
    void OnOpened(Connection connection);

    /// <summary>Called for each message frame.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="frame">The frame. Its bytes are valid until the task completes.</param>
    /// <returns>A task; nothing more is read from the client until it completes. Failing closes the connection.</returns>
    ValueTask OnMessageAsync(Connection connection, in Frame frame);

    /// <summary>Called once when the connection has ended for the layers above.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="reason">Why it ended.</param>
    void OnClosed(Connection connection, CloseReason reason);
}

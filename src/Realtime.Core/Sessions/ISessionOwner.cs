namespace Realtime.Core.Sessions;

/// <summary>A node that owns sessions: it has them in its memory and runs their handlers.</summary>
/// <remarks>Thread-safe.</remarks>
public interface ISessionOwner
{
    /// <summary>Asks to stop being the owner, because the client has come back elsewhere: the socket is dropped silently, no handler of it is started any more, and what is to be written is written.</summary>
    /// <remarks>
    /// Called by the store under no lock, and repeatedly when clients are impatient. The right to write lasts until the task has completed, or the store does not wait any longer; the node
    /// then forgets the session. It needs not be released. A node that has nothing of the session completes at once. One that fails counts as having answered.
    /// </remarks>
    /// <param name="session">The session, and the fence under which the node has it. When the node has it under a higher one, there is nothing to do.</param>
    /// <param name="cancellationToken">The store waits no longer: what comes now is refused.</param>
    /// <returns>A task that completes when the handler that runs has come to its end and its answer is stored, or when it is certain that neither will be written.</returns>
    ValueTask YieldAsync(SessionOwnership session, CancellationToken cancellationToken);
}

namespace Realtime.Core.Backplane;

/// <summary>What is applied on one thread at once, so that each connection gets it with one write: see <see cref="IBackplaneReceiver.BeginBatch"/>.</summary>
/// <remarks>Confined to the thread that began it, except where <see cref="TryDefer"/> says otherwise.</remarks>
public abstract class PublicationBatch : IDisposable
{
    /// <summary>
    /// Ends the batch without sending it, when all of it went to one room, and a larger one than is sent to in a moment. It has its place then: whoever has published may be told, and whatever
    /// is sent to a member directly goes behind it. <see cref="Dispose"/> sends it, on any thread, and one batch after the other. What came to the room in between is sent with it.
    /// </summary>
    /// <returns>Whether it has ended. Otherwise it is to be disposed of on this thread, before anybody is told.</returns>
    public abstract bool TryDefer();

    /// <summary>Sends what was applied.</summary>
    public abstract void Dispose();
}

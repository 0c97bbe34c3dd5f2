using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>Stores where a session is member, one write at a time: when logs of several of its rooms go on under other streams at once, a write that was put together earlier must not come last.</summary>
/// <remarks>Thread-safe.</remarks>
#pragma warning disable CA1001 // A semaphore whose handle nobody asks for holds nothing.
internal sealed class StayWriter
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>Stores it as it is when those before have been stored.</summary>
    internal async ValueTask WriteAsync(RecoverableSession session, ISessionStore store)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var change = new SessionChange { Session = session.Ownership, Rooms = StoredStays.Store(session) };
            if (!await store.SaveAsync(change, CancellationToken.None).ConfigureAwait(false))
            {
                session.Drop();
            }
        }
        finally
        {
            _writing.Release();
        }
    }
}

namespace Realtime.Core.Rooms;

/// <summary>Publications of a room that are sent when this is disposed of, by any thread.</summary>
/// <remarks>To be disposed of once.</remarks>
internal sealed class DeferredBatch(Room room, long last, DeferredRoom deferred) : IDisposable
{
    public void Dispose()
    {
        try
        {
            room.SendThrough(last);
        }
        finally
        {
            deferred.Remove();
        }
    }
}

namespace Realtime.Core.Connections;

/// <summary>How many connections of a server are behind, so that asking costs nothing while none is.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class CongestionCounter
{
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    internal void Change(bool isCongested) => Interlocked.Add(ref _count, isCongested ? 1 : -1);
}

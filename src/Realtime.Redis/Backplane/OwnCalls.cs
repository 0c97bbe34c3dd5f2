using System.Collections.Concurrent;

namespace Realtime.Redis.Backplane;

/// <summary>What this node has published and not seen come back yet: who publishes waits until its own node has sent it.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class OwnCalls(string node)
{
    private readonly ConcurrentDictionary<long, IReadOnlyList<WaitingPublication>> _calls = new();

    internal void Add(long call, IReadOnlyList<WaitingPublication> publications) => _calls[call] = publications;

    internal void Remove(long call) => _calls.TryRemove(call, out _);

    /// <summary>Notes what sends a publication that has come back.</summary>
    internal bool TryNote(in NodeMessage message, int index, Task sending)
    {
        if (message.Publisher != node || !_calls.TryGetValue(message.Call, out IReadOnlyList<WaitingPublication>? publications) || index >= publications.Count)
        {
            return false;
        }

        publications[index].Sending = sending;
        return true;
    }
}

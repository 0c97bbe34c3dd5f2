using System.Collections.Concurrent;
using Realtime.Client.Reconnecting;

namespace Realtime.Client.Interop.Tests.Support;

/// <summary>Comes back after 10 ms, 20 ms, 30 ms and so on up to 100 ms, and remembers what it was asked.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ShortDelays : IReconnectPolicy
{
    internal ConcurrentQueue<int> Attempts { get; } = new();

    public TimeSpan? GetDelay(in ReconnectArguments arguments)
    {
        Attempts.Enqueue(arguments.Attempt);
        return Of(arguments.Attempt);
    }

    internal static TimeSpan Of(int attempt) => TimeSpan.FromMilliseconds(10 * Math.Min(attempt + 1, 10));
}

using System.Collections.Concurrent;
using Realtime.Core.Protocol;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>What has happened in one profile, for tests to look at from outside.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ProfileJournal
{
    private readonly ConcurrentDictionary<(string Namespace, string Id), SocketLog> _logs = new();
    private int _middlewareRuns;

    internal int MiddlewareRuns => Volatile.Read(ref _middlewareRuns);

    internal ConcurrentQueue<string> NewNamespaces { get; } = new();

    internal ConcurrentQueue<EventArguments> ServerEvents { get; } = new();

    internal void CountMiddlewareRun() => Interlocked.Increment(ref _middlewareRuns);

    internal SocketLog LogOf(string namespaceName, string id) => _logs.GetOrAdd((namespaceName, id), static _ => new SocketLog());
}

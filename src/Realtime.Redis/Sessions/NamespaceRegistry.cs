using System.Collections.Concurrent;
using Realtime.Core.Identifiers;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>Which namespaces have sessions, so that those of a user can be found in all of them.</summary>
/// <remarks>Thread-safe. A namespace in which nothing was created, claimed or touched for a while is forgotten, here and in Redis.</remarks>
internal sealed class NamespaceRegistry(RedisCalls calls, SessionKeys keys, SessionTimes times, TimeSpan interval, TimeProvider timeProvider)
{
    private static readonly string s_script = RedisScript.Read("namespaces.lua");

    private readonly ConcurrentDictionary<NamespacePath, long> _noted = new();

    /// <summary>Notes that a namespace has sessions, unless that was done a moment ago.</summary>
    internal ValueTask NoteAsync(NamespacePath path) =>
        _noted.TryGetValue(path, out long at) && timeProvider.GetElapsedTime(at) < interval ? default : WriteAsync(path);

    internal async ValueTask<IReadOnlyList<NamespacePath>> ReadAsync()
    {
        RedisValue[] found = await calls.CallAsync(database => database.SortedSetRangeByRankAsync(keys.Namespaces, flags: CommandFlags.DemandMaster)).ConfigureAwait(false);
        return [.. found.Select(static path => NamespacePath.Parse(path!))];
    }

    private async ValueTask WriteAsync(NamespacePath path)
    {
        long now = timeProvider.GetTimestamp();
        RedisKey[] key = [keys.Namespaces];
        RedisValue[] arguments = [path.Value, SessionTimes.Milliseconds((2 * times.Live) + times.Asking)];
        await calls.CallAsync(database => database.ScriptEvaluateAsync(s_script, key, arguments)).ConfigureAwait(false);
        foreach ((NamespacePath old, _) in _noted.Where(noted => timeProvider.GetElapsedTime(noted.Value) > times.Live))
        {
            _noted.TryRemove(old, out _);
        }

        _noted[path] = now;
    }
}

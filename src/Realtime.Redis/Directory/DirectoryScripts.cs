using Realtime.Core.Limits;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Directory;

/// <summary>What is asked of Redis for the lists of users. All but the look at other nodes may be repeated.</summary>
/// <remarks>Immutable. The list of a user is one key, so that every step on it is atomic, in a Redis Cluster too; nodes are looked at by calls of their own.</remarks>
internal sealed class DirectoryScripts(RedisCalls calls, NodeLease lease, RedisDirectoryOptions options)
{
    private const int Refused = 0;
    private const int Full = 2;
    private static readonly string s_enter = RedisScript.Read("user-enter.lua");
    private static readonly string s_sync = RedisScript.Read("user-sync.lua");

    /// <summary>Gets the channel on which a node is told of users whose lists it has to look at.</summary>
    internal RedisChannel Channel(string node) => RedisChannel.Literal($"{options.Prefix}:users:{node}");

    /// <summary>Lists a socket.</summary>
    /// <returns>The incarnations that have to close something for it; <see langword="null"/> when it is refused.</returns>
    internal async Task<string[]?> EnterAsync(DirectoryEntry entry, string incarnation, int maxConnections, UserLimitPolicy policy)
    {
        RedisResult[] answer = await EnterAsync(isLooked: false, []).ConfigureAwait(false);
        if ((int)answer[0] == Full)
        {
            string[] over = await FindOverAsync(answer[1..].Select(static node => (string)node!), incarnation).ConfigureAwait(false);
            answer = await EnterAsync(isLooked: true, over).ConfigureAwait(false);
        }

        return (int)answer[0] == Refused ? null : [.. answer[1..].Select(static node => (string)node!)];

        async Task<RedisResult[]> EnterAsync(bool isLooked, string[] over)
        {
            RedisKey[] keys = [Key(entry.Socket.UserId)];
            RedisValue[] arguments =
            [
                entry.Id, entry.Write(incarnation), incarnation, entry.Socket.ConnectionId, entry.Session, (long)options.Expiry.TotalMilliseconds, maxConnections,
                policy == UserLimitPolicy.RefuseNewest ? "refuse" : "close", isLooked ? 1 : 0, .. over.Select(static node => (RedisValue)node),
            ];
            return (RedisResult[])(await calls.CallAsync(database => database.ScriptEvaluateAsync(s_enter, keys, arguments)).ConfigureAwait(false))!;
        }
    }

    /// <summary>Makes the list of a user say what this node has.</summary>
    /// <returns>The entries whose connections have to be closed.</returns>
    internal async Task<string[]> SyncAsync(string userId, string incarnation, DirectoryEntry[] entries, bool[] areEntering)
    {
        RedisKey[] keys = [Key(userId)];
        RedisValue[] arguments =
        [
            lease.Name, incarnation, (long)options.Expiry.TotalMilliseconds,
            .. entries.Zip(areEntering).SelectMany(pair => (RedisValue[])[pair.First.Id, pair.First.Session, pair.Second ? "" : pair.First.Write(incarnation)]),
        ];
        return (string[])(await calls.CallAsync(database => database.ScriptEvaluateAsync(s_sync, keys, arguments)).ConfigureAwait(false))!;
    }

    internal async Task RemoveAsync(DirectoryEntry entry)
    {
        RedisKey key = Key(entry.Socket.UserId);
        await calls.CallAsync(database => database.HashDeleteAsync(key, entry.Id)).ConfigureAwait(false);
    }

    /// <summary>Reads what is listed of a user on nodes that live.</summary>
    internal async Task<IReadOnlyList<string>> ReadAsync(string userId)
    {
        RedisKey key = Key(userId);
        RedisValue[] found = await calls.CallAsync(database => database.HashValuesAsync(key, CommandFlags.DemandMaster)).ConfigureAwait(false);
        string[] all = [.. found.Select(static value => (string)value!)];
        HashSet<string> over = [.. await FindOverAsync(all.Select(static text => DirectoryEntry.Read(text).Incarnation), lease.Certain).ConfigureAwait(false)];
        return [.. all.Where(text => !over.Contains(DirectoryEntry.Read(text).Incarnation))];
    }

    /// <summary>Tells a node to look at the list of a user. Not repeated: it looks by itself, too.</summary>
    internal Task TellAsync(string node, string userId) => calls.Database.PublishAsync(Channel(node), userId);

    private async Task<string[]> FindOverAsync(IEnumerable<string> incarnations, string? own)
    {
        string[] others = [.. incarnations.Distinct(StringComparer.Ordinal).Where(incarnation => incarnation != own)];
        bool[] live = await Task.WhenAll(others.Select(async incarnation => await lease.ReadAsync(incarnation).ConfigureAwait(false) is not null)).ConfigureAwait(false);
        return [.. others.Where((_, i) => !live[i])];
    }

    private RedisKey Key(string userId) => $"{options.Prefix}:user:{userId}";
}

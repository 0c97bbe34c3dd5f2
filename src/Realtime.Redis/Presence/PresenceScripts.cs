using System.Globalization;
using Realtime.Core.Identifiers;
using Realtime.Core.Presence;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Presence;

/// <summary>What is asked of Redis for the presence in one namespace. All of it may be repeated.</summary>
/// <remarks>Immutable. The keys are described in <c>presence-write.lua</c>.</remarks>
internal sealed class PresenceScripts(RedisCalls calls, NamespacePath path, bool isSharded, RedisPresenceOptions options)
{
    /// <summary>How many users of rooms are written or swept in one step: about 2 ms of Redis.</summary>
    internal const int MaxAtOnce = 500;

    private const string Sequence = "seq";
    private const string Epoch = "epoch";

    private static readonly string s_write = RedisScript.Read("presence-write.lua");
    private static readonly string s_sweep = RedisScript.Read("presence-sweep.lua");
    private static readonly string s_read = RedisScript.Read("presence-read.lua");

    private readonly string _prefix = $"{options.Prefix}:{{{path.Value}}}:";

    private readonly long _expiry = (long)options.Expiry.TotalMilliseconds;

    /// <summary>Gets the channel of the rooms that have changed.</summary>
    internal RedisChannel Channel => isSharded ? RedisChannel.Sharded(_prefix + "pc") : RedisChannel.Literal(_prefix + "pc");

    private RedisKey Index => _prefix + "p";

    private RedisValue Publish => isSharded ? "SPUBLISH" : "PUBLISH";

    /// <summary>Reads what a notice says: how many there were with it, and which room. What is not one of ours is taken for one that comes out of turn.</summary>
    internal static (long Number, string Room) ReadNotice(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0 && long.TryParse(text.AsSpan(0, space), CultureInfo.InvariantCulture, out long number) ? (number, text[(space + 1)..]) : (0, "");
    }

    /// <summary>Writes who has come and who has left.</summary>
    /// <returns>Whether the slice was what it has to be. Otherwise nothing is written.</returns>
    internal async Task<bool> WriteAsync(PresenceSlice slice, IEnumerable<(PresentUser User, bool IsPresent)> users)
    {
        RedisKey[] keys = [Index];
        RedisValue[] arguments =
        [
            _prefix, slice.Name, slice.Calls, slice.Calls + 1, _expiry, Publish, RandomId.Create(),
            .. users.SelectMany(static user => (RedisValue[])[user.IsPresent ? 1 : 0, user.User.Room, user.User.UserId]),
        ];
        long count = (long)await calls.CallAsync(database => database.ScriptEvaluateAsync(s_write, keys, arguments)).ConfigureAwait(false);
        if (count < 0)
        {
            return false;
        }

        (slice.Calls, slice.Count) = (slice.Calls + 1, count);
        return true;
    }

    /// <summary>Takes a slice away, step by step.</summary>
    internal async Task SweepAsync(string slice)
    {
        RedisKey[] keys = [Index];
        RedisValue[] arguments = [_prefix, slice, MaxAtOnce, Publish];
        while ((long)await calls.CallAsync(database => database.ScriptEvaluateAsync(s_sweep, keys, arguments)).ConfigureAwait(false) > 0)
        {
            // The next part.
        }
    }

    internal async ValueTask<RoomPresence> ReadAsync(string room, int maxListed)
    {
        RedisKey[] keys = [Index];
        RedisValue[] arguments = [_prefix, room, maxListed];
        RedisResult answer = await calls.CallAsync(database => database.ScriptEvaluateAsync(s_read, keys, arguments, CommandFlags.DemandMaster)).ConfigureAwait(false);
        return new RoomPresence((long)answer[0], (string[])answer[1]!);
    }

    /// <summary>Reads the index, and keeps it from being forgotten.</summary>
    internal async Task<PresenceIndex> ReadIndexAsync()
    {
        HashEntry[] entries = await calls.CallAsync(async database =>
        {
            Task<HashEntry[]> reading = database.HashGetAllAsync(Index, CommandFlags.DemandMaster);
            await database.KeyExpireAsync(Index, options.Expiry).ConfigureAwait(false);
            return await reading.ConfigureAwait(false);
        }).ConfigureAwait(false);
        Dictionary<string, RedisValue> all = entries.ToDictionary(static entry => (string)entry.Name!, static entry => entry.Value);
        return new PresenceIndex(
            all.GetValueOrDefault(Epoch).ToString(),
            (long)all.GetValueOrDefault(Sequence, 0),
            all.Where(static entry => entry.Key.Contains('/', StringComparison.Ordinal)).ToDictionary(static entry => entry.Key, static entry => (long)entry.Value));
    }
}

using System.Globalization;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;
using Realtime.Redis.Scripts;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>Calls the scripts of one namespace.</summary>
/// <remarks>Thread-safe. Reads go to the primary, as everything does.</remarks>
internal sealed class NamespaceScripts(IDatabase database, NamespaceKeys keys, string node, bool isSharded, RetentionLimits limits, MessageSeal seal)
{
    private const int SharedArguments = 7;

    private static readonly string s_publish = LuaScripts.Load("log.lua", "publish.lua");
    private static readonly string s_enter = LuaScripts.Load("log.lua", "enter.lua");
    private static readonly string s_read = LuaScripts.Load("read.lua");

    // An entry lives as long as its log, and the log as long as somebody touches it within this time.
    private readonly long _timeToLive = (long)limits.MaxAge.TotalMilliseconds;

    private RedisValue Command { get; } = isSharded ? "SPUBLISH" : "PUBLISH";

    /// <summary>Numbers, stores and sends publications: once, however often it is called with the same number.</summary>
    internal async Task<byte[]> PublishAsync(long call, long seenOrder, IReadOnlyList<WaitingPublication> publications)
    {
        var arguments = new List<RedisValue>(SharedArguments + 4 + (publications.Count * 6));
        AddShared(arguments, seenOrder);
        arguments.Add(call);
        arguments.Add(limits.MaxEntries);
        arguments.Add(limits.MaxBytes);
        arguments.Add(publications.Count);
        foreach (WaitingPublication publication in publications)
        {
            publication.AddTo(arguments);
        }

        RedisResult result = await database.ScriptEvaluateAsync(s_publish, [keys.State, keys.Channels, keys.LastCall(node)], [.. arguments]).ConfigureAwait(false);
        return (byte[]?)result ?? throw new InvalidDataException("The script has no result.");
    }

    /// <summary>Says what the node wants to get of rooms.</summary>
    /// <param name="seenOrder">The highest order that the node has seen.</param>
    /// <param name="wishes">Of each room: <c>e</c> to get what is published there, <c>o</c> for a log too, <c>l</c> for nothing any more.</param>
    internal async Task<Registration> RegisterAsync(long seenOrder, IReadOnlyList<(char Wish, string Room)> wishes)
    {
        var arguments = new List<RedisValue>(SharedArguments + 1 + (wishes.Count * 2));
        AddShared(arguments, seenOrder);
        arguments.Add(wishes.Count);
        foreach ((char wish, string room) in wishes)
        {
            arguments.Add(wish.ToString());
            arguments.Add(room);
        }

        RedisResult result = await database.ScriptEvaluateAsync(s_enter, [keys.State, keys.Channels], [.. arguments]).ConfigureAwait(false);
        return Registration.Read((byte[]?)result ?? throw new InvalidDataException("The script has no result."));
    }

    /// <summary>Reads a part of a log, up to an offset if one is given.</summary>
    /// <returns>What is there; <see langword="null"/> when the room keeps no log.</returns>
    internal async Task<LogPart?> ReadAsync(string room, StreamPosition after, int maxEntries, long? last)
    {
        RedisResult result = await database.ScriptEvaluateAsync(
            s_read,
            [keys.Room(room), keys.Log(room, after.Stream)],
            [after.Stream, after.Offset, maxEntries, last?.ToString(CultureInfo.InvariantCulture) ?? ""]).ConfigureAwait(false);
        return result.IsNull ? null : LogPart.Read((RedisResult[])result!, after.Stream).Verify(seal);
    }

    private void AddShared(List<RedisValue> arguments, long seenOrder)
    {
        arguments.Add(keys.Prefix);
        arguments.Add(node);
        arguments.Add(Command);
        arguments.Add(RandomId.Create()[..9]); // with three digits of a counter behind it a stream id, which has twelve characters at most
        arguments.Add(seenOrder);
        arguments.Add(_timeToLive);
        arguments.Add((long)limits.MaxAge.TotalMilliseconds);
    }
}

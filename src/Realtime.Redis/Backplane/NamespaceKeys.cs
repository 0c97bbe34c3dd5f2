using Realtime.Core.Identifiers;
using StackExchange.Redis;

namespace Realtime.Redis.Backplane;

/// <summary>The names of what Redis keeps of one namespace. All share one hash tag, so that a script may touch any of them on a cluster.</summary>
/// <remarks>Immutable. What each is for stands in <c>log.lua</c>.</remarks>
internal sealed class NamespaceKeys(string prefix, NamespacePath path)
{
    /// <summary>Gets what all of them begin with.</summary>
    internal string Prefix { get; } = $"{prefix}:{{{path.Value}}}:";

    internal RedisKey State => Prefix + "s";

    internal RedisKey Channels => Prefix + "q";

    internal RedisKey LastCall(string node) => Prefix + "w:" + node;

    internal RedisKey Room(string room) => Prefix + "m:" + room;

    internal RedisKey Log(string room, string stream) => Prefix + "l:" + room + ":" + stream;

    internal string Channel(string node) => Prefix + "n:" + node;

    internal string Requests(string node) => Prefix + "r:" + node;

    internal RedisKey Members(string room) => Prefix + "i:" + room;
}

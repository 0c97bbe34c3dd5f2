using Realtime.Core.Identifiers;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>The names of keys and channels. All keys of a namespace are in one slot of a cluster.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class SessionKeys(string prefix)
{
    /// <summary>Gets the set of namespaces that have sessions.</summary>
    internal RedisKey Namespaces { get; } = prefix + ":namespaces";

    /// <summary>Gets what all keys of a namespace begin with.</summary>
    internal string Base(NamespacePath path) => $"{prefix}:{{{path.Value}}}:";

    internal RedisKey Session(NamespacePath path, string id) => Base(path) + "s:" + id;

    /// <summary>Gets the mark that is there while the owner of a session is asked to yield.</summary>
    internal string Mark(NamespacePath path, string id) => Base(path) + "y:" + id;

    internal RedisKey User(NamespacePath path, string userId) => Base(path) + "u:" + userId;

    internal RedisKey Lease(string incarnation) => $"{prefix}:lease:{incarnation}";

    internal RedisChannel Node(string node) => RedisChannel.Literal($"{prefix}:node:{node}");
}

using Realtime.Core.Namespaces;
using Realtime.Core.Users;

namespace Realtime.Core.Hosting;

/// <summary>The connections of a user in this process, for servers without a directory. It looks at every socket: an index would cost every connection.</summary>
internal static class OwnConnections
{
    internal static IReadOnlyList<UserConnection> Find(NamespaceTable namespaces, string userId) =>
        [.. namespaces.All
            .SelectMany(static found => found.Sockets)
            .Where(socket => socket.UserId == userId)
            .GroupBy(static socket => socket.Connection)
            .Select(static group => new UserConnection(
                "", group.Min(static socket => socket.Proven), [.. group.Select(static socket => new UserSocket(socket.Owner.Path.Value, socket.Id))]))
            .OrderBy(static connection => connection.Since)];
}

using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Core.Namespaces;

/// <summary>Answers what other nodes ask this one, by handing it to the namespace.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ClusterNode(NamespaceTable namespaces) : IClusterNode
{
    public IEnumerable<NamespacePath> Namespaces => namespaces.All.Select(static found => found.Path);

    public bool HasNamespace(NamespacePath path) => namespaces.Find(path) is not null;

    public bool HasRoom(NamespacePath path, string room) => namespaces.Find(path)?.Index is { } index && (index.TryFindRoom(room, out _) || index.TryFind(room, out _));

    public IReadOnlyCollection<string> ListRooms(NamespacePath path) => namespaces.Find(path)?.Cluster.ListRooms() ?? [];

    public IReadOnlyList<SocketDescription> DescribeSockets(NamespacePath path, Audience audience) => namespaces.Find(path)?.Cluster.DescribeSockets(audience) ?? [];

    public void Ask(Publication publication, TimeSpan? timeout, IBroadcastAnswers answers)
    {
        ArgumentNullException.ThrowIfNull(publication);
        ArgumentNullException.ThrowIfNull(answers);
        if (namespaces.Find(publication.Namespace) is { } found)
        {
            found.Cluster.Relay(publication, timeout, answers);
        }
        else
        {
            answers.OnAsked(0);
        }
    }

    public ValueTask<EventArguments?> AnswerAsync(NamespacePath path, EventPayload payload) => namespaces.Find(path)?.Cluster.HandleServerEventAsync(payload) ?? default;
}

using Realtime.Core.Identifiers;
using Realtime.Core.Presence;

namespace Realtime.Core.Namespaces.Presence;

/// <summary>Says what all namespaces of this node have.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class NodePresence(NamespaceTable namespaces) : IPresenceSource
{
    public bool IsPresent(NamespacePath path, string room, string userId) => Find(path)?.Contains(room, userId) == true;

    public RoomPresence Read(NamespacePath path, string room, int maxListed) => Find(path)?.Read(room, maxListed) ?? RoomPresence.Nobody;

    public IReadOnlyList<PresentUser> List(NamespacePath path) => Find(path)?.List() ?? [];

    private PresentUsers? Find(NamespacePath path) => namespaces.Find(path)?.Presence?.Users;
}

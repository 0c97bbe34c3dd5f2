using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.Redis.Tests.SocketIO;

/// <summary>A node of one namespace that has every room and nobody in it.</summary>
internal sealed class SilentNode : IClusterNode
{
    public IEnumerable<NamespacePath> Namespaces => [NamespacePath.Root];

    public bool HasNamespace(NamespacePath path) => true;

    public bool HasRoom(NamespacePath path, string room) => true;

    public IReadOnlyCollection<string> ListRooms(NamespacePath path) => [];

    public IReadOnlyList<SocketDescription> DescribeSockets(NamespacePath path, Audience audience) => [];

    public void Ask(Publication publication, TimeSpan? timeout, IBroadcastAnswers answers) => answers.OnAsked(0);

    public ValueTask<EventArguments?> AnswerAsync(NamespacePath path, EventPayload payload) => default;
}

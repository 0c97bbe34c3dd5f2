using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Protocol;
using Realtime.Core.Rooms;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>The same for one whose nodes ask each other.</summary>
internal sealed class ObservedClusterBackplane(IClusterBackplane inner) : ObservedBackplane(inner), IClusterBackplane
{
    public void Attach(IClusterNode node) => inner.Attach(node);

    public ValueTask<IReadOnlyList<SocketDescription>> FetchSocketsAsync(NamespacePath path, Audience audience, TimeSpan? timeout, CancellationToken cancellationToken) =>
        inner.FetchSocketsAsync(path, audience, timeout, cancellationToken);

    public ValueTask<IReadOnlyCollection<string>> FetchRoomsAsync(NamespacePath path, CancellationToken cancellationToken) => inner.FetchRoomsAsync(path, cancellationToken);

    public ValueTask<bool> AskAsync(Publication publication, TimeSpan timeout, IBroadcastAnswers answers, CancellationToken cancellationToken) =>
        inner.AskAsync(publication, timeout, answers, cancellationToken);

    public ValueTask<IReadOnlyList<EventArguments>> AskServersAsync(NamespacePath path, EventPayload payload, CancellationToken cancellationToken) => inner.AskServersAsync(path, payload, cancellationToken);
}

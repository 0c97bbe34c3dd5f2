using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.ConformanceHost.Profiles;

/// <summary>A backplane whose results can be seen: emitting tells nobody the offset.</summary>
internal class ObservedBackplane(IBackplane inner) : IBackplane
{
    public bool AppendsOnce => inner.AppendsOnce;

    public bool RoutesByRoom => inner.RoutesByRoom;

    public ValueTask<bool> IsAvailableAsync(CancellationToken cancellationToken) => inner.IsAvailableAsync(cancellationToken);

    public ValueTask EnterAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.EnterAsync(path, room, cancellationToken);

    public ValueTask LeaveAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.LeaveAsync(path, room, cancellationToken);

    public ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) => inner.CountNodesAsync(path, cancellationToken);

    public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken) => inner.StartAsync(receiver, cancellationToken);

    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        PublishResult result = await inner.PublishAsync(publication, cancellationToken);
        Observation.Current?.Note(result);
        return result;
    }

    public ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.OpenLogAsync(path, room, cancellationToken);

    public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken) => inner.CloseLogAsync(path, room, cancellationToken);

    public ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken) =>
        inner.ReadAsync(path, room, after, maxEntries, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}

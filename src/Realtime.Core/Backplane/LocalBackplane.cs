using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Backplane;

/// <summary>The backplane of a single node: a plain call. Rooms whose members recover keep logs in memory; they end with the process.</summary>
/// <remarks>
/// Thread-safe. Numbering, keeping and placing in rooms happen under <c>_gate</c>, which is held for nothing else. A namespace in which nobody recovers never takes it.
/// </remarks>
public sealed class LocalBackplane : IBackplane
{
    private readonly Lock _gate = new();
    private readonly RoomLogs _logs;
    private IBackplaneReceiver? _receiver;

    /// <summary>Initializes a new instance of the <see cref="LocalBackplane"/> class.</summary>
    public LocalBackplane()
        : this(new RetentionLimits(), TimeProvider.System)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="LocalBackplane"/> class.</summary>
    /// <param name="limits">How much its logs keep.</param>
    /// <param name="timeProvider">The time.</param>
    public LocalBackplane(RetentionLimits limits, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _logs = new RoomLogs(limits, timeProvider);
    }

    /// <inheritdoc />
    public ValueTask<int> CountNodesAsync(NamespacePath path, CancellationToken cancellationToken) => new(1);

    /// <inheritdoc />
    public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken)
    {
        _receiver = receiver;
        return default;
    }

    /// <inheritdoc />
    public ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        IBackplaneReceiver receiver = _receiver ?? throw new InvalidOperationException("The backplane has not been started.");
        if (publication.Kind == PublicationKind.ServerEvent)
        {
            return new(PublishResult.Unnumbered);
        }

        PublishResult result = PublishResult.Unnumbered;
        ValueTask applied = publication.CanBeNumbered && _logs.Keeps(publication.Namespace)
            ? PublishInOrder(receiver, publication, out result)
            : receiver.OnPublicationAsync(publication);
        return applied.IsCompletedSuccessfully ? new(result) : AwaitAsync(applied, result);
    }

    /// <inheritdoc />
    public ValueTask<LogHead?> OpenLogAsync(NamespacePath path, string room, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_logs.Open(path, room));
        }
    }

    /// <inheritdoc />
    public ValueTask CloseLogAsync(NamespacePath path, string room, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _logs.Close(path, room);
        }

        return default;
    }

    /// <inheritdoc />
    public ValueTask<LogPage?> ReadAsync(NamespacePath path, string room, StreamPosition after, int maxEntries, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_logs.Read(path, room, after, maxEntries));
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;

    private ValueTask PublishInOrder(IBackplaneReceiver receiver, Publication publication, out PublishResult result)
    {
        PlacedPublication? placed = null;
        lock (_gate)
        {
            result = _logs.Append(publication);
            if (result.IsNumbered)
            {
                placed = receiver.Place(publication, result);
            }
        }

        return placed?.SendAsync() ?? receiver.OnPublicationAsync(publication);
    }

    private static async ValueTask<PublishResult> AwaitAsync(ValueTask applied, PublishResult result)
    {
        await applied.ConfigureAwait(false);
        return result;
    }
}

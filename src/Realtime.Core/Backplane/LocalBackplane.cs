using Realtime.Core.Identifiers;

namespace Realtime.Core.Backplane;

/// <summary>The backplane of a single node: a plain call. It keeps no logs and numbers nothing.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class LocalBackplane : IBackplane
{
    private IBackplaneReceiver? _receiver;

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

        ValueTask applied = receiver.OnPublicationAsync(publication, PublishResult.Unnumbered);
        return applied.IsCompletedSuccessfully ? new(PublishResult.Unnumbered) : AwaitAsync(applied);
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<LogEntry>> ReadAsync(NamespacePath path, string stream, long from, long to, CancellationToken cancellationToken) => new([]);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => default;

    private static async ValueTask<PublishResult> AwaitAsync(ValueTask applied)
    {
        await applied.ConfigureAwait(false);
        return PublishResult.Unnumbered;
    }
}

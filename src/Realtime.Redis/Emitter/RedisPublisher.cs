using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Polly;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;
using Realtime.Redis.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.Emitter;

/// <summary>Publishes to the nodes of a cluster from a process that is none of them, by the script that the nodes use: each call has a number of this process, so what is repeated is done once.</summary>
/// <remarks>
/// Thread-safe. It subscribes to nothing and is in no list of nodes: nobody waits for it. Disposing waits for what was published, at most as long as that may wait for Redis.
/// </remarks>
internal sealed class RedisPublisher(
    Func<Task<IConnectionMultiplexer>> connect, RedisBackplaneOptions options, RetentionLimits limits, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    : IPublisher, IDisposable
{
    private readonly ConcurrentDictionary<NamespacePath, Lazy<NamespaceWriter>> _writers = new();
    private readonly ILogger _logger = loggerFactory.CreateLogger("Realtime.Redis");
    private readonly string _node = RandomId.Create();

    private volatile IConnectionMultiplexer? _connection;
    private volatile bool _isDisposed;

    public async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(publication);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return publication.IsVolatile && _connection is { IsConnected: false }
            ? PublishResult.Unnumbered
            : await Find(publication.Namespace).PublishAsync(publication, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        foreach (Lazy<NamespaceWriter> writer in _writers.Values)
        {
            await writer.Value.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>For a container that is disposed of synchronously: it refuses to be when a service can only be disposed of asynchronously.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private NamespaceWriter Find(NamespacePath path) => _writers.GetOrAdd(path, key => new Lazy<NamespaceWriter>(() => Create(key))).Value;

    private NamespaceWriter Create(NamespacePath path)
    {
        ResiliencePipeline patient = RedisFailures.CreatePatience(timeProvider, exception => RedisBackplaneLog.PublishRepeated(_logger, exception, path.Value));
        return new NamespaceWriter(path, _node, ConnectAsync, options, limits, patient, timeProvider, _logger);
    }

    // A connection that could not be made is tried again by whoever is patient: it counts as Redis being away.
    private async Task<IConnectionMultiplexer> ConnectAsync() => _connection ??= await connect().ConfigureAwait(false);
}

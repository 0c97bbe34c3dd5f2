using Microsoft.Extensions.Logging;
using Polly;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;
using Realtime.Redis.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.Emitter;

/// <summary>One namespace, as a process writes to it that reads nothing of it.</summary>
/// <remarks>Thread-safe. The queue takes publications before there is a connection, so their order is that in which they were published.</remarks>
internal sealed class NamespaceWriter : IAsyncDisposable
{
    private readonly NamespacePath _path;
    private readonly string _node;
    private readonly Func<Task<IConnectionMultiplexer>> _connect;
    private readonly RedisBackplaneOptions _options;
    private readonly RetentionLimits _limits;
    private readonly PublishQueue _queue;
    private readonly MessageSeal _seal;
    private NamespaceScripts? _scripts;
    private long _seenOrder;

    internal NamespaceWriter(
        NamespacePath path, string node, Func<Task<IConnectionMultiplexer>> connect, RedisBackplaneOptions options, RetentionLimits limits, ResiliencePipeline patient,
        TimeProvider timeProvider, ILogger logger)
    {
        (_path, _node, _connect, _options, _limits) = (path, node, connect, options, limits);

        _seal = new MessageSeal(options.SigningKeys, new NamespaceKeys(options.KeyPrefix, path).Prefix);

        // Nothing ever comes back here, so nobody waits for it.
        _queue = new PublishQueue(
            path, options, CallAsync, new MessageSequence(options.FillTimeout, timeProvider), new OwnCalls(node), _seal, patient, timeProvider, logger);
        _queue.Start();
    }

    internal async ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken)
    {
        PublishResult result = await _queue.PublishAsync(publication, cancellationToken).ConfigureAwait(false);
        NoteOrder(result.Order);
        return result;
    }

    public ValueTask DisposeAsync() => _queue.DisposeAsync();

    // One call at a time. What was given up while the connection was being made is not sent any more.
    private async Task<byte[]> CallAsync(long call, IReadOnlyList<WaitingPublication> publications, CancellationToken givenUp)
    {
        _scripts ??= await ConnectAsync().ConfigureAwait(false);
        givenUp.ThrowIfCancellationRequested();
        return await _scripts.PublishAsync(call, Interlocked.Read(ref _seenOrder), publications).ConfigureAwait(false);
    }

    private async Task<NamespaceScripts> ConnectAsync()
    {
        IConnectionMultiplexer connection = await _connect().ConfigureAwait(false);
        bool isSharded = connection.GetServers().Any(static server => server.ServerType == ServerType.Cluster);
        return new NamespaceScripts(connection.GetDatabase(), new NamespaceKeys(_options.KeyPrefix, _path), _node, isSharded, _limits, _seal);
    }

    // With it Redis sees that it has lost what this process had stored there.
    private void NoteOrder(long order)
    {
        long seen = Interlocked.Read(ref _seenOrder);
        while (order > seen)
        {
            long now = Interlocked.CompareExchange(ref _seenOrder, order, seen);
            if (now == seen)
            {
                return;
            }

            seen = now;
        }
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;

namespace Realtime.Redis.Backplane;

/// <summary>Sends what the reader of a namespace has placed in a room of many, one batch after the other, while the reader goes on: what comes to the room meanwhile is sent as one.</summary>
/// <remarks>Thread-safe. Bounded: when too much is still to be sent, the reader waits, and with it who publishes.</remarks>
internal sealed class DeferredSends(NamespacePath path, ILogger logger) : IAsyncDisposable
{
    private const int MaxWaiting = 32; // batches: enough to merge what somebody publishes one by one, and not so much that it is late

    private readonly Channel<PublicationBatch> _waiting = Channel.CreateBounded<PublicationBatch>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true, SingleWriter = true });
    private Task _running = Task.CompletedTask;

    internal void Start() => _running = RunAsync();

    /// <summary>Has a batch sent that was deferred. Waits for room.</summary>
    internal ValueTask AddAsync(PublicationBatch batch) => _waiting.Writer.WriteAsync(batch);

    /// <summary>Sends a batch on this thread.</summary>
    internal static void Send(PublicationBatch batch, NamespacePath path, ILogger logger)
    {
        try
        {
            batch.Dispose();
        }
#pragma warning disable CA1031 // A codec that throws fails what was to be sent with it; the rest is sent.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            RedisBackplaneLog.MessageFailed(logger, exception, path.Value);
        }
    }

    /// <summary>Returns when everything is sent.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach (PublicationBatch batch in _waiting.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            Send(batch, path, logger);
        }
    }
}

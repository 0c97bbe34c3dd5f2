using Realtime.Core.Backplane;

namespace Realtime.Redis.SocketIO;

/// <summary>
/// What this node has published and does when it gets it back from Redis, as Node's classic adapter does it with joins, leaves and disconnects. Whoever published it waits here until it is done.
/// </summary>
/// <remarks>Guarded by <c>_gate</c>. As long as what is on its way; each waits no longer than its timeout.</remarks>
internal sealed class SelfDelivery(TimeSpan timeout, TimeProvider timeProvider)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(ReadOnlyMemory<byte> Message, TaskCompletionSource Done)> _waiting = [];

    /// <summary>Publishes a message and waits until this node has applied it.</summary>
    /// <exception cref="ClusterTimeoutException">It did not come back in time.</exception>
    internal async Task RunAsync(ReadOnlyMemory<byte> message, Func<Task> publish)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(ReadOnlyMemory<byte> Message, TaskCompletionSource Done)> node;
        Task published;
        lock (_gate)
        {
            node = _waiting.AddLast((message, done));
            published = publish(); // in the order in which they stand here
        }

        try
        {
            await published.ConfigureAwait(false);
            await done.Task.WaitAsync(timeout, timeProvider).ConfigureAwait(false);
        }
        catch (TimeoutException) when (published.IsCompletedSuccessfully)
        {
            throw new ClusterTimeoutException("timeout reached while waiting for Redis to bring the request back");
        }
        finally
        {
            lock (_gate)
            {
                if (node.List is not null)
                {
                    _waiting.Remove(node);
                }
            }
        }
    }

    /// <summary>Finds who waits for a message that came back: the first that published the same.</summary>
    internal TaskCompletionSource? Take(ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            for (LinkedListNode<(ReadOnlyMemory<byte> Message, TaskCompletionSource Done)>? node = _waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.Message.Span.SequenceEqual(message))
                {
                    _waiting.Remove(node);
                    return node.Value.Done;
                }
            }

            return null;
        }
    }
}

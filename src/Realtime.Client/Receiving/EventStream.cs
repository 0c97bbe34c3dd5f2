using System.Threading.Channels;

namespace Realtime.Client.Receiving;

/// <summary>The events of one name as an asynchronous sequence. It subscribes when somebody begins to read, and ends with the client.</summary>
/// <typeparam name="T">The type of the payload.</typeparam>
internal sealed class EventStream<T>(Subscriptions subscriptions, string eventName, StreamOptions options, CancellationToken clientClosed) : IAsyncEnumerable<T>
{
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateBounded<T>(new BoundedChannelOptions(options.Capacity) { FullMode = options.FullMode, SingleReader = true });
        using IDisposable subscription = subscriptions.Add(eventName, new EventHandlerEntry(context => WriteAsync(channel.Writer, context)));
        using CancellationTokenRegistration end = clientClosed.UnsafeRegister(static writer => ((ChannelWriter<T>)writer!).TryComplete(), channel.Writer);
        try
        {
            await foreach (T payload in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return payload;
            }
        }
        finally
        {
            channel.Writer.TryComplete(); // a handler that waits for room is let go
        }
    }

    private static async ValueTask WriteAsync(ChannelWriter<T> writer, ClientEventContext context)
    {
        try
        {
            await writer.WriteAsync(context.GetFirst<T>()).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The reader has gone.
        }
    }
}

using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>One subscription: its messages are applied one after the other, in the order in which they came.</summary>
/// <remarks>Confined to the loop of its queue, except <see cref="StopAsync"/>.</remarks>
internal sealed class ChannelSubscription
{
    private readonly AdapterEnvironment _environment;
    private readonly ChannelMessageQueue _queue;
    private readonly Func<string, ReadOnlyMemory<byte>, ValueTask> _apply;
    private bool _isDropping;

    private ChannelSubscription(AdapterEnvironment environment, ChannelMessageQueue queue, Func<string, ReadOnlyMemory<byte>, ValueTask> apply)
    {
        _environment = environment;
        _queue = queue;
        _apply = apply;
    }

    /// <summary>Subscribes.</summary>
    /// <param name="environment">Where.</param>
    /// <param name="channel">To what.</param>
    /// <param name="apply">Applies a message, given its channel.</param>
    /// <returns>The subscription, when Redis knows of it.</returns>
    internal static async Task<ChannelSubscription> StartAsync(AdapterEnvironment environment, RedisChannel channel, Func<string, ReadOnlyMemory<byte>, ValueTask> apply)
    {
        ChannelMessageQueue queue = await environment.Subscriber.SubscribeAsync(channel).ConfigureAwait(false);
        var subscription = new ChannelSubscription(environment, queue, apply);
        queue.OnMessage(subscription.OnMessageAsync);
        return subscription;
    }

    internal Task StopAsync() => _queue.UnsubscribeAsync();

    private async Task OnMessageAsync(ChannelMessage message)
    {
        string channel = message.Channel.ToString();
        ReadOnlyMemory<byte> bytes = message.Message;
        if (IsBehind(channel))
        {
            return;
        }

        if (bytes.Length > _environment.Options.MaxMessageBytes)
        {
            SocketIORedisLog.TooLong(_environment.Logger, channel, bytes.Length);
            return;
        }

        try
        {
            await _apply(channel, bytes).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a message does, the next one is applied.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SocketIORedisLog.MessageFailed(_environment.Logger, exception, channel);
        }
    }

    private bool IsBehind(string channel)
    {
        int max = _environment.Options.MaxWaitingMessages;
        bool isBehind = _queue.TryGetCount(out int waiting) && waiting > max;
        if (isBehind && !_isDropping)
        {
            SocketIORedisLog.Dropped(_environment.Logger, channel, max);
        }

        _isDropping = isBehind;
        return isBehind;
    }
}

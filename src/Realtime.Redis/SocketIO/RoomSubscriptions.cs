using Realtime.Core.Identifiers;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>The channels of rooms of one namespace: subscribed to while anybody on this node is in the room.</summary>
/// <remarks>
/// Guarded by <c>_gate</c>. What is done with the channel of one room is done one after the other. Where Redis is away, a room is entered all the same, and its channel is tried again when Redis
/// is back: until then its members get what this node publishes.
/// </remarks>
internal sealed class RoomSubscriptions(AdapterEnvironment environment, NamespacePath path, Func<string, Task<ChannelSubscription>> subscribe)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HeldRoom> _rooms = new(StringComparer.Ordinal);

    internal async ValueTask EnterAsync(string room)
    {
        Task<ChannelSubscription?> subscribed;
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out HeldRoom? held))
            {
                _rooms[room] = held = new HeldRoom();
            }

            if (held.Holders++ == 0)
            {
                held.Subscribed = SubscribeAsync(room, held.Subscribed);
            }

            subscribed = held.Subscribed;
        }

        await subscribed.ConfigureAwait(false);
    }

    internal ValueTask LeaveAsync(string room)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(room, out HeldRoom? held) && --held.Holders == 0)
            {
                // It stays until it is unsubscribed, so that whoever enters meanwhile subscribes behind that.
                held.Subscribed = UnsubscribeAsync(room, held, held.Subscribed);
            }
        }

        return default;
    }

    /// <summary>Redis is back: subscribes to what could not be.</summary>
    internal void Retry()
    {
        lock (_gate)
        {
            foreach ((string room, HeldRoom held) in _rooms)
            {
                if (held.Holders > 0 && held.Subscribed is { IsCompletedSuccessfully: true, Result: null })
                {
                    held.Subscribed = SubscribeAsync(room, held.Subscribed);
                }
            }
        }
    }

    internal async Task StopAsync()
    {
        Task<ChannelSubscription?>[] subscribed;
        lock (_gate)
        {
            subscribed = [.. _rooms.Values.Select(static held => held.Subscribed)];
            _rooms.Clear();
        }

        foreach (Task<ChannelSubscription?> one in subscribed)
        {
            if (await one.ConfigureAwait(false) is { } subscription)
            {
                await subscription.StopAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<ChannelSubscription?> SubscribeAsync(string room, Task<ChannelSubscription?> previous)
    {
        await previous.ConfigureAwait(false);
        try
        {
            return await subscribe(room).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            SocketIORedisLog.SubscribeFailed(environment.Logger, exception, path.Value);
            return null;
        }
    }

    private async Task<ChannelSubscription?> UnsubscribeAsync(string room, HeldRoom held, Task<ChannelSubscription?> previous)
    {
        if (await previous.ConfigureAwait(false) is { } subscription)
        {
            try
            {
                await subscription.StopAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                SocketIORedisLog.SubscribeFailed(environment.Logger, exception, path.Value);
            }
        }

        lock (_gate)
        {
            if (held.Holders == 0 && _rooms.GetValueOrDefault(room) == held)
            {
                _rooms.Remove(room);
            }
        }

        return null;
    }

    private sealed class HeldRoom
    {
        internal int Holders { get; set; }

        /// <summary>Gets or sets the last thing that was done with the channel; its result is <see langword="null"/> where there is no subscription.</summary>
        internal Task<ChannelSubscription?> Subscribed { get; set; } = Task.FromResult<ChannelSubscription?>(null);
    }
}

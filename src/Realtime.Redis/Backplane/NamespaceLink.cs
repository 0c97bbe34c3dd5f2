using Microsoft.Extensions.Logging;
using Polly;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using Realtime.Core.Sequencing;
using Realtime.Redis.Requests;
using StackExchange.Redis;
using StreamPosition = Realtime.Core.Sequencing.StreamPosition;

namespace Realtime.Redis.Backplane;

/// <summary>One namespace of this node in Redis: what is published goes there, and what nodes have published comes from there.</summary>
/// <remarks>Thread-safe. Puts the parts together, and looks from time to time whether anything is missing.</remarks>
internal sealed class NamespaceLink : IAsyncDisposable
{
    private const int MissedChecks = 3; // as many checks may a node miss before it counts as gone

    private readonly NamespacePath _path;
    private readonly RedisBackplaneOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ISubscriber _subscriber;
    private readonly RedisChannel _channel;
    private readonly FollowedRooms _rooms;
    private readonly MessageSequence _heard;
    private readonly MessageSequence _sequence;
    private readonly RoomRegistry _registry;
    private readonly MessageReader _reader;
    private readonly PublishQueue _publisher;
    private readonly LogView _logs;
    private readonly IDatabase _database;
    private readonly NamespaceKeys _keys;
    private readonly CancellationTokenSource _stopping = new();
    private ChannelMessageQueue? _messages;
    private Task _checking = Task.CompletedTask;
    private int _isRecovering;

    internal NamespaceLink(
        NamespacePath path, string node, IConnectionMultiplexer connection, bool isSharded, RedisBackplaneOptions options, RetentionLimits limits, IBackplaneReceiver receiver,
        IClusterNode? answers, TimeProvider timeProvider, ILogger logger)
    {
        (_path, _options, _timeProvider, _logger) = (path, options, timeProvider, logger);
        (_database, _keys) = (connection.GetDatabase(), new NamespaceKeys(options.KeyPrefix, path));
        var seal = new MessageSeal(options.SigningKeys, _keys.Prefix);
        var scripts = new NamespaceScripts(_database, _keys, node, isSharded, limits, seal);
        ResiliencePipeline patient = RedisFailures.CreatePatience(timeProvider, exception => RedisBackplaneLog.PublishRepeated(logger, exception, path.Value));
        var calls = new OwnCalls(node);
        _subscriber = connection.GetSubscriber();
        _channel = isSharded ? RedisChannel.Sharded(_keys.Channel(node)) : RedisChannel.Literal(_keys.Channel(node));
        Requests = answers is null ? null : new NodeRequests(path, node, connection, _keys, isSharded, answers, seal, logger);
        _rooms = new FollowedRooms(path, receiver);
        _sequence = new MessageSequence(options.FillTimeout, timeProvider);
        _heard = new MessageSequence(options.FillTimeout, timeProvider) { OnLate = () => _ = MarkAsync() };
        _registry = new RoomRegistry(_rooms, scripts, _sequence);
        var filler = new LogFiller(path, _rooms, _registry, scripts, patient, logger);
        _reader = new MessageReader(path, _rooms, _sequence, _heard, calls, filler, receiver, seal, options.MaxWaitingMessages, logger);
        _publisher = new PublishQueue(path, options, (call, batch, _) => scripts.PublishAsync(call, _rooms.Order, batch), _sequence, calls, seal, patient, timeProvider, logger);
        _logs = new LogView(path, _rooms, scripts, CatchUpAsync);
    }

    /// <summary>Gets what nodes ask each other; <see langword="null"/> when nobody here can answer.</summary>
    internal NodeRequests? Requests { get; }

    internal async Task StartAsync()
    {
        // The channel first: what Redis is told from here on has an effect that is seen.
        _messages = await _subscriber.SubscribeAsync(_channel).ConfigureAwait(false);
        _messages.OnMessage(message => _reader.OnMessage(message.Message));
        _reader.Start();
        _registry.Start();
        _publisher.Start();
        _checking = CheckAsync();
        await (Requests?.StartAsync() ?? Task.CompletedTask).ConfigureAwait(false);
    }

    internal ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken) => _publisher.PublishAsync(publication, cancellationToken);

    internal Task EnterAsync(string room) => _registry.EnterAsync(room);

    internal void Leave(string room) => _registry.Leave(room);

    /// <summary>Opens the log of a room, and with the first one that of joins, leaves and disconnects, which stays open.</summary>
    internal async Task<LogHead> OpenAsync(string room)
    {
        if (Interlocked.Exchange(ref _isRecovering, 1) == 0)
        {
            try
            {
                await _registry.OpenAsync(Publication.ControlLog).ConfigureAwait(false);
            }
            catch
            {
                Volatile.Write(ref _isRecovering, 0);
                throw;
            }
        }

        return await _registry.OpenAsync(room).ConfigureAwait(false);
    }

    internal void Close(string room) => _registry.Close(room);

    internal ValueTask<LogPage?> ReadAsync(string room, StreamPosition after, int maxEntries) => _logs.ReadAsync(room, after, maxEntries);

    /// <summary>Counts the nodes that have told Redis, not long ago, that they want to get what is sent to everybody.</summary>
    internal async Task<int> CountNodesAsync()
    {
        RedisValue[] nodes = await _database.SetMembersAsync(_keys.Members("")).ConfigureAwait(false);
        RedisValue[] lives = await _database.HashGetAsync(_keys.Channels, [.. nodes.Select(static node => (RedisValue)(node + ":t"))]).ConfigureAwait(false);
        long now = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        return lives.Count(life => life.HasValue && now - (long)life < MissedChecks * _options.CheckInterval.TotalMilliseconds);
    }

    /// <summary>
    /// The connection to Redis was away: what was published meanwhile is looked for at once. The client says so before it has subscribed again, so marks are asked for until the channel brings one:
    /// what is published before it is open would otherwise be missed until the next check.
    /// </summary>
    internal void OnRestored()
    {
        _reader.WantFill();
        _ = CheckOnceAsync();
        _ = ListenAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _checking.ConfigureAwait(false);
        await LeaveAllAsync().ConfigureAwait(false);
        await (Requests?.StopAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        await _registry.DisposeAsync().ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
        if (_messages is not null)
        {
            await _messages.UnsubscribeAsync(CommandFlags.FireAndForget).ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    // Others stop sending here at once. Without it they notice that nobody hears them.
    private async Task LeaveAllAsync()
    {
        try
        {
            foreach (string[] part in _rooms.Clear().Chunk(RoomRegistry.MaxRoomsOfCall))
            {
                await _registry.RegisterAsync(part).WaitAsync(_options.FillTimeout, _timeProvider).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception))
        {
            RedisBackplaneLog.CheckFailed(_logger, exception, _path.Value);
        }
    }

    // Finds the last message of a quiet room that was lost, and that Redis has lost what it was told. It also keeps alive what Redis keeps for this node.
    private async Task CheckAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_options.CheckInterval, _timeProvider, _stopping.Token).ConfigureAwait(false);
                await CheckOnceAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    private Task CheckOnceAsync() => TryAsync(CompareAsync);

    // The number of what comes shows what was missed before it.
    private Task ListenAgainAsync() => TryAsync(async () =>
    {
        Registration registration = await _registry.RegisterAsync([]).ConfigureAwait(false);
        await _heard.WaitAsync(registration.Mark).ConfigureAwait(false);
    });

    private Task MarkAsync() => TryAsync(() => _registry.RegisterAsync([]));

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act().WaitAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception))
        {
            RedisBackplaneLog.CheckFailed(_logger, exception, _path.Value);
        }
    }

    private async Task CompareAsync()
    {
        foreach (string[] part in _rooms.Names.Chunk(RoomRegistry.MaxRoomsOfCall))
        {
            Registration registration = await _registry.RegisterAsync(part).ConfigureAwait(false);
            await _sequence.WaitAsync(registration.Mark).ConfigureAwait(false);
            if (registration.Logs.Any(IsBehind))
            {
                _reader.WantFill();
            }
        }
    }

    private bool IsBehind(OpenedLog log) => _rooms.HeadOf(log.Place.Room) is { Position: var here } && (here.Stream != log.Place.Stream || here.Offset < log.Place.Offset);

    // A client has seen more, on another node, than was placed here.
    private async Task CatchUpAsync(string room)
    {
        Registration registration = await _registry.RegisterAsync([room]).ConfigureAwait(false);
        await _sequence.WaitAsync(registration.Mark).ConfigureAwait(false);
    }
}

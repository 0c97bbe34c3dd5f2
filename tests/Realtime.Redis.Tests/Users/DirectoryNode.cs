using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Realtime.Contracts;
using Realtime.Core.Identifiers;
using Realtime.Core.Limits;
using Realtime.Core.Users;
using Realtime.Redis.Directory;
using Realtime.Redis.Scripts;
using Realtime.Redis.Sessions;
using Realtime.Redis.Tests.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Users;

/// <summary>A node as the directory sees it. Nothing happens on it by time: the test says when it works, and one that is left alone has crashed.</summary>
internal sealed class DirectoryNode : ILoggerFactory, ILogger, IAsyncDisposable
{
    private static int s_connections;
    private readonly IDatabase _database;
    private readonly string _prefix;
    private readonly NodeLease _lease;

    internal DirectoryNode(IConnectionMultiplexer connection, string prefix, TimeProvider? timeProvider = null, Action<RedisOptions>? configure = null)
    {
        var options = new RedisOptions { KeyPrefix = prefix };
        options.Sessions.Lease = TimeSpan.FromMinutes(10); // it is the test that ends it, however slow the machine is
        configure?.Invoke(options);
        timeProvider ??= new StoppedTimers(TimeProvider.System);
        _database = connection.GetDatabase();
        _prefix = prefix;
        _lease = new NodeLease(new RedisCalls(connection, 0, timeProvider), new SessionKeys(prefix), options.Sessions, timeProvider, this);
        Directory = new RedisConnectionDirectory(connection, _lease, options, timeProvider, this);
    }

    internal RedisConnectionDirectory Directory { get; }

    internal string Name => _lease.Name;

    internal ConcurrentQueue<string?> Logged { get; } = new();

    internal ConcurrentQueue<ListedSocket> Closed { get; } = new();

    internal ListedSocket NewSocket(string user = "ann", string? session = null, string? connection = null, string path = "/", DateTimeOffset? since = null)
    {
        int number = Interlocked.Increment(ref s_connections);
        ListedSocket socket = null!;
        return socket = new ListedSocket
        {
            UserId = user,
            Namespace = NamespacePath.Parse(path),
            SocketId = $"socket{number}",
            ConnectionId = connection ?? $"connection{number}",
            SessionId = session,
            Since = since ?? DateTimeOffset.UnixEpoch.AddSeconds(number),
            Close = () => Closed.Enqueue(socket),
        };
    }

    internal async Task<ListingResult> EnterAsync(ListedSocket socket, int max = 2, UserLimitPolicy policy = UserLimitPolicy.RefuseNewest) =>
        await Directory.EnterAsync(socket, max, policy, CancellationToken.None).AsTask().Within();

    internal async Task<ListedSocket> AddAsync(string user = "ann", string? session = null, string? connection = null, string path = "/", int max = 2, UserLimitPolicy policy = UserLimitPolicy.RefuseNewest)
    {
        ListedSocket socket = NewSocket(user, session, connection, path);
        Assert.Equal(ListingResult.Admitted, await EnterAsync(socket, max, policy));
        return socket;
    }

    internal async Task<IReadOnlyList<UserConnection>> FindAsync(string user = "ann") => await Directory.FindAsync(user, CancellationToken.None).AsTask().Within();

    /// <summary>Redis forgets that the node lives, as it does by itself when the node is silent for as long as the lease.</summary>
    internal async Task ExpireAsync() => Assert.True(await _database.KeyDeleteAsync($"{_prefix}:lease:{_lease.Certain}"));

    public async ValueTask DisposeAsync()
    {
        await Directory.DisposeAsync();
        await _lease.DisposeAsync();
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Logged.Enqueue(eventId.Name);
}

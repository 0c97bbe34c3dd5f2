using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Sequencing;
using Realtime.Redis;
using Realtime.Redis.Backplane;
using Realtime.Redis.Sessions;
using StackExchange.Redis;

namespace Realtime.Delivery;

/// <summary>The server: puts clients into the rooms that they ask for, and gives what they say to these rooms.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class DeliveryServer : IAsyncDisposable
{
    private const int SlowEvery = 5;
    private const int MaxSlowMilliseconds = 100;

    // About twelve seconds of a room, so that who is away for longer is told of a gap.
    private static readonly RetentionLimits s_retention = new() { MaxEntries = 400 };

    // So much that nobody who comes back in time misses anything.
    private static readonly RetentionLimits s_shared = new();

    private readonly ConcurrentDictionary<string, bool> _welcomed = new(StringComparer.Ordinal);
    private readonly string _owner;
    private readonly DeliveryLog _log;
    private readonly string? _mistake;
    private readonly ServerLog _messages;
    private readonly Suspension _suspension;
    private readonly IConnectionMultiplexer? _redis;
    private readonly bool _mayLose; // a Redis that loses who owns a session has it handled again by whoever it says
    private readonly WebApplication _app;
    private RecordingSessionStore? _sessions;
    private RecordingBackplane _backplane = null!;
    private long _handled;
    private long _moved;
    private long _givenUp;
    private long _late;

    private DeliveryServer(ServerOrder order, DeliveryLog log, IConnectionMultiplexer? redis)
    {
        (_owner, _log, _mistake, _redis, _mayLose) = (order.Owner, log, order.Break, redis, order.MayLose);
        _messages = new ServerLog(Path.ChangeExtension(order.Log, "log"));
        _suspension = new Suspension(log, order.Owner);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(log);
        builder.Logging.AddProvider(_messages);
        IRealtimeBuilder server = builder.Services.AddRealtime(Configure)
            .ConfigureHttp(static http => http.Security.RequireTls = false) // plain loopback by purpose
            .UseBackplane(services => _backplane = new RecordingBackplane(CreateBackplane(services), log, order.Break))
            .AddNamespace("/", Define);
        if (redis is not null)
        {
            server.UseSessionStore(services => _sessions = CreateSessionStore(services, redis, order));
        }

        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, order.Port));
        _app = builder.Build();
        _app.MapRealtime();
    }

    internal ServerStatus Status => new()
    {
        Handled = Interlocked.Read(ref _handled),
        Moved = Interlocked.Read(ref _moved),
        GivenUp = Interlocked.Read(ref _givenUp),
        Replays = _backplane.Replays,
        Replayed = _backplane.Replayed,
        Interrupts = _backplane.Interrupts,
        Fills = _messages.Fills,
        Filled = _messages.FilledPublications,
        Suspensions = _suspension.Count,
        Late = Interlocked.Read(ref _late),
    };

    internal RealtimeNamespace Space => _app.Services.GetRequiredService<IRealtimeServer>().Of("/");

    internal static async Task<DeliveryServer> CreateAsync(ServerOrder order, DeliveryLog log) =>
        new(order, log, order.Redis is { } redis ? await ConnectionMultiplexer.ConnectAsync(redis) : null);

    internal Task StartAsync() => _app.StartAsync();

    internal Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _suspension.Dispose();
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    // As AddRedis does it, with what writes down around it.
    private IBackplane CreateBackplane(IServiceProvider services) => _redis is null
        ? new LocalBackplane(s_retention, TimeProvider.System)
        : new RedisBackplane(() => Task.FromResult(_redis), new RedisBackplaneOptions(), s_shared, TimeProvider.System, services.GetRequiredService<ILoggerFactory>());

    private static RecordingSessionStore CreateSessionStore(IServiceProvider services, IConnectionMultiplexer redis, ServerOrder order)
    {
        Realtime.Core.Sessions.SessionOptions sessions = services.GetRequiredService<IOptions<RealtimeOptions>>().Value.Recovery.Sessions;
        var store = new RedisSessionStore(redis, sessions, new RedisSessionOptions(), TimeProvider.System, services.GetRequiredService<ILogger<RedisSessionStore>>());
        return new RecordingSessionStore(store, services.GetRequiredService<DeliveryLog>(), order.Owner, order.MayLose, ignoresFences: order.Break == "no-fence");
    }

    private static void Configure(RealtimeOptions options)
    {
        options.Heartbeat.Interval = TimeSpan.FromSeconds(3);
        options.Heartbeat.Timeout = TimeSpan.FromSeconds(2);
        options.Connections.CloseTimeout = TimeSpan.FromSeconds(1);
    }

    private void Define(NamespaceBuilder space)
    {
        space.OnConnected(WelcomeAsync);
        space.On(DeliveryEvents.Say, HandleAsync);
        space.On(DeliveryEvents.Tell, async (context, said) => await HandleAsync(context, said));
    }

    // The first message of a session tells its client that it has begun, in the order of what it is given.
    private async ValueTask WelcomeAsync(RealtimeSocket socket)
    {
        Hello hello = socket.GetAuth<Hello>()!;
        bool isNew = _welcomed.TryAdd(socket.Id, true);
        if (isNew && _redis is not null && socket.IsRecovered)
        {
            Interlocked.Increment(ref _moved); // it began on another node, which has welcomed it
        }
        else if (isNew)
        {
            var welcome = new Said($"welcome-{socket.Id}", [socket.Id], hello.Client, Welcomes: socket.Id);
            _log.Add(Records.Send(welcome.Id, welcome.Hash, null, Names.Logged(socket.Id)));
            await socket.Namespace.To(socket.Id).EmitAsync(DeliveryEvents.Heard, welcome);
        }

        // Also when it comes back: the connection before may have ended before it had joined.
        PublicationScope.Begin(socket.Id);
        await socket.JoinAsync(hello.Rooms);
    }

    private async ValueTask<Place> HandleAsync(EventContext context, Said said)
    {
        _suspension.Check();
        bool isLate = _suspension.Count > 0 && _sessions?.IsLate(context.Socket.Id) == true;
        Interlocked.Add(ref _late, isLate ? 1 : 0);
        _log.Add(Records.Handled(context.Socket.Id, NumberOf(context.MessageId), said.Id, _owner, _sessions?.FenceOf(context.Socket.Id)) with { Hash = said.Hash, Kept = isLate || _mayLose ? false : null });
        Emitter room = said.SparesSender ? context.Socket.To(said.Rooms) : context.Namespace.To(said.Rooms);
        long handled = Interlocked.Increment(ref _handled);
        if (handled % SlowEvery == 0)
        {
            await Task.Delay(Random.Shared.Next(1, MaxSlowMilliseconds)); // so that connections and servers end while a handler runs
        }

        var scope = PublicationScope.Begin();
        try
        {
            await room.EmitAsync(DeliveryEvents.Heard, said, CancellationToken.None);
        }
        catch (BackplaneUnavailableException)
        {
            Interlocked.Increment(ref _givenUp);
            return Place.Unknown;
        }

        if (handled % CampaignOptions.MistakeEvery == 0 && _mistake == "publish-twice")
        {
            await room.EmitAsync(DeliveryEvents.Heard, said, CancellationToken.None);
        }

        return scope.PlaceIn(said.Rooms[0]);
    }

    private static long? NumberOf(string messageId) =>
        long.TryParse(messageId.AsSpan(messageId.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}

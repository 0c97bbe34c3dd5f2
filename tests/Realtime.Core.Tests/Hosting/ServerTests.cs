using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Realtime.Core.Backplane;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Hosting;
using Realtime.Core.Limits;
using Realtime.Core.Rooms;
using Realtime.Core.Tests.Connections;

namespace Realtime.Core.Tests.Hosting;

public sealed class ServerTests
{
    [Fact]
    public async Task A_container_may_be_disposed_of_synchronously()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/"));
        (TestClient client, _) = await server.JoinAsync();
        server.Services.Dispose();

        Assert.True(client.HasEnded);
    }

    [Fact]
    public async Task Named_servers_stand_side_by_side()
    {
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/"),
            add: services => services.AddRealtime("games", options => options.AckTimeout = TimeSpan.FromSeconds(9)).AddNamespace("/game"));
        IRealtimeServer games = server.Services.GetRequiredKeyedService<IRealtimeServer>("games");
        IRealtimeServer main = server.Services.GetRequiredKeyedService<IRealtimeServer>("");

        Assert.NotSame(games, main);
        Assert.Same(main, server.Server); // though the other one was added first
        Assert.Equal("games", games.Name);
        Assert.Equal(TimeSpan.FromSeconds(9), games.Options.AckTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), main.Options.AckTimeout);
        Assert.Throws<KeyNotFoundException>(() => main.Of("/game"));
        TestClient client = new TestClient().Connect(games.Engine);
        await TestServer.JoinAsync(client, "/game");
        Assert.Equal(1, games.Of("/game").SocketCount);
        Assert.Equal(0, main.Engine.Count);
        Assert.Throws<InvalidOperationException>(() => server.Services.GetRequiredService<RealtimeServers>().Get("unknown"));
    }

    [Theory]
    [InlineData("Heartbeat.Interval")]
    [InlineData("Heartbeat.Timeout must be")]
    [InlineData("Heartbeat.MaxMissed")]
    [InlineData("Heartbeat.Timeout must not exceed")]
    [InlineData("Connections.Transports")]
    [InlineData("Connections.MaxMessageBytes")]
    [InlineData("Connections.MaxBufferedBytes")]
    [InlineData("Connections.ConnectTimeout")]
    [InlineData("Connections.UpgradeTimeout")]
    [InlineData("Connections.CloseTimeout")]
    [InlineData("PacketLimits.MaxAttachments")]
    [InlineData("PacketLimits.MaxDepth")]
    [InlineData("AckTimeout")]
    [InlineData("MaxWaitingEvents")]
    [InlineData("FanOut.BatchSize")]
    [InlineData("FanOut.MaxParallelBatches")]
    [InlineData("Connections.MaxConnections must")]
    [InlineData("Connections.MaxConnectionsPerAddress")]
    [InlineData("Limits.MaxConnectionsPerUser")]
    [InlineData("Limits.UserLimitPolicy")]
    [InlineData("Limits.MaxRefusals")]
    [InlineData("Limits.RefusalWindow")]
    [InlineData("Limits.MaxIdlePartitions")]
    public async Task An_option_that_cannot_work_is_refused_at_start_by_its_name(string option)
    {
        var services = new ServiceCollection();
        services.AddRealtime("chat", options => Spoil(options, option));
        await using ServiceProvider provider = services.BuildServiceProvider();
        IHostedService hosted = provider.GetServices<IHostedService>().Single();

        OptionsValidationException refused = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => hosted.StartAsync(CancellationToken.None));

        Assert.StartsWith("chat: " + option, Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_waits_for_handlers_and_for_what_runs_at_the_end_of_a_socket()
    {
        var handling = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var backplane = new WatchedBackplane();
        await using TestServer server = TestServer.Start(builder => builder.UseBackplane(_ => backplane).AddNamespace("/", space => space
            .On("slow", _ => new ValueTask(handling.Task))
            .OnDisconnected((_, _) => new ValueTask(leaving.Task))));
        (TestClient busy, _) = await server.JoinAsync();
        (TestClient idle, _) = await server.JoinAsync();
        busy.Send("42[\"slow\"]");
        Task stopping = server.Services.GetServices<IHostedService>().Single().StopAsync(CancellationToken.None);

        Assert.True(idle.HasEnded);
        Assert.True(busy.HasEnded);
        Assert.Equal(CloseReason.ServerShuttingDown, idle.Connection.CloseReason);
        Assert.Empty(idle.Lines);
        Assert.Throws<InvalidOperationException>(() => server.Connect());
        Assert.False(stopping.IsCompleted);
        handling.SetResult();
        await Task.Yield();
        Assert.False(backplane.IsDisposed);
        leaving.SetResult();
        await stopping.Within();
        Assert.True(backplane.IsDisposed);
    }

    [Fact]
    public async Task What_runs_at_the_end_of_an_idle_socket_is_waited_for_too()
    {
        var leaving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.OnDisconnected((_, _) => new ValueTask(leaving.Task))));
        await server.JoinAsync();
        Task stopping = server.Services.GetServices<IHostedService>().Single().StopAsync(CancellationToken.None);

        Assert.False(stopping.IsCompleted);
        leaving.SetResult();
        await stopping.Within();
    }

    [Fact]
    public async Task A_host_that_gives_no_more_time_is_obeyed()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/", space => space.On("for ever", _ => new ValueTask(new TaskCompletionSource().Task))));
        (TestClient client, _) = await server.JoinAsync();
        client.Send("42[\"for ever\"]");
        using var stop = new CancellationTokenSource();
        Task stopping = server.Services.GetServices<IHostedService>().Single().StopAsync(stop.Token);
        Assert.False(stopping.IsCompleted);
        await stop.CancelAsync();

        await stopping.Within();
    }

    [Fact]
    public async Task The_health_check_comes_from_the_container_and_follows_the_server()
    {
        await using TestServer server = TestServer.Start(builder => builder.AddNamespace("/"), add: services => services.AddRealtime("games", _ => { }));
        await server.JoinAsync();
        RealtimeHealthCheck check = ActivatorUtilities.GetServiceOrCreateInstance<RealtimeHealthCheck>(server.Services);
        var context = new HealthCheckContext { Registration = new HealthCheckRegistration("realtime", check, HealthStatus.Unhealthy, null) };

        HealthCheckResult healthy = await check.CheckHealthAsync(context);
        Assert.Equal(HealthStatus.Healthy, healthy.Status);
        Assert.Equal(1, healthy.Data["connections"]);
        Assert.Equal(0, healthy.Data["connections:games"]);
        await server.Services.GetServices<IHostedService>().Single().StopAsync(CancellationToken.None);
        Assert.Equal(HealthStatus.Unhealthy, (await check.CheckHealthAsync(context)).Status);
    }

    [Fact]
    public async Task What_is_counted_up_is_counted_down_again()
    {
        var values = new Dictionary<string, long>();
        using var listener = new MeterListener();
        await using TestServer server = TestServer.Start(
            builder => builder.AddNamespace("/", space => space.OnConnected(socket => socket.JoinAsync("x")).On("fail", _ => throw new InvalidOperationException("on purpose"))),
            add: services => services.AddSingleton<IMeterFactory>(new OwnMeters()));
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Name == RealtimeMeter.Name && instrument.Meter.Tags?.Any(tag => tag.Key == "test") == true && !instrument.IsObservable && instrument.Name != "realtime.handler.duration")
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (values)
            {
                values[instrument.Name] = values.GetValueOrDefault(instrument.Name) + value;
            }
        });
        listener.Start();

        (TestClient left, _) = await server.JoinAsync();
        (TestClient lost, _) = await server.JoinAsync();
        (TestClient kicked, _) = await server.JoinAsync();
        kicked.Send("42[\"fail\"]");
        Assert.Equal((3, 3, 1), (values["realtime.connections"], values["realtime.sockets"], values["realtime.rooms"]));
        left.Send("41");
        lost.Peer.Close();
        await server.Server.Of("/").Everyone.DisconnectAsync(closeConnection: true);
        Assert.Equal((1, 0, 0), (values["realtime.connections"], values["realtime.sockets"], values["realtime.rooms"]));
        left.Peer.Close();

        Assert.Equal(0, values["realtime.connections"]);
        Assert.Equal(3, values["realtime.connection.closes"]);
        Assert.Equal(5, values["realtime.messages.received"]);
        Assert.Equal(1, values["realtime.handler.errors"]); // counted also when nobody measures how long handlers take
    }

    [Fact]
    public void Every_log_event_has_an_id_and_a_name_of_its_own()
    {
        var events =
            (from type in typeof(IRealtimeServer).Assembly.GetTypes()
             from method in type.GetMethods(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Public)
             from LoggerMessageAttribute attribute in method.GetCustomAttributes(typeof(LoggerMessageAttribute), inherit: false)
             select (Area: type.Namespace!.Split('.')[2], attribute.EventId, attribute.EventName)).ToArray();

        Assert.NotEmpty(events);
        Assert.Equal(events.Length, events.Select(log => log.EventId).Distinct().Count());
        Assert.Equal(events.Length, events.Select(log => log.EventName).Distinct().Count());
        Assert.All(events, log => Assert.False(string.IsNullOrEmpty(log.EventName)));

        // Each area owns a block of a hundred.
        Assert.All(events.GroupBy(log => log.EventId / 100), block => Assert.Single(block.Select(log => log.Area).Distinct()));
        Assert.All(events.GroupBy(log => log.Area), area => Assert.Single(area.Select(log => log.EventId / 100).Distinct()));
    }

    private static void Spoil(RealtimeOptions options, string name)
    {
        switch (name)
        {
            case "Heartbeat.Interval":
                options.Heartbeat.Interval = TimeSpan.FromMilliseconds(9);
                options.Heartbeat.MaxMissed = 1;
                break;
            case "Heartbeat.Timeout must be":
                options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(9);
                break;
            case "Heartbeat.MaxMissed":
                options.Heartbeat.MaxMissed = 0;
                break;
            case "Heartbeat.Timeout must not exceed":
                options.Heartbeat.Timeout = TimeSpan.FromSeconds(26);
                break;
            case "Connections.Transports":
                options.Connections.Transports.Clear();
                break;
            case "Connections.MaxMessageBytes":
                options.Connections.MaxMessageBytes = 0;
                break;
            case "Connections.MaxBufferedBytes":
                options.Connections.MaxBufferedBytes = 0;
                break;
            case "Connections.ConnectTimeout":
                options.Connections.ConnectTimeout = TimeSpan.Zero;
                break;
            case "Connections.UpgradeTimeout":
                options.Connections.UpgradeTimeout = TimeSpan.Zero;
                break;
            case "Connections.CloseTimeout":
                options.Connections.CloseTimeout = TimeSpan.Zero;
                break;
            case "PacketLimits.MaxAttachments":
                options.PacketLimits = new() { MaxAttachments = -1 };
                break;
            case "PacketLimits.MaxDepth":
                options.PacketLimits = new() { MaxDepth = 1 };
                break;
            case "AckTimeout":
                options.AckTimeout = TimeSpan.Zero;
                break;
            case "MaxWaitingEvents":
                options.MaxWaitingEvents = 0;
                break;
            case "Connections.MaxConnections must":
                options.Connections.MaxConnections = 0;
                break;
            case "Connections.MaxConnectionsPerAddress":
                options.Connections.MaxConnectionsPerAddress = 0;
                break;
            default:
                SpoilLimits(options.Limits, options.FanOut, name);
                break;
        }
    }

    private static void SpoilLimits(LimitOptions limits, FanOutOptions fanOut, string name)
    {
        switch (name)
        {
            case "Limits.MaxConnectionsPerUser":
                limits.MaxConnectionsPerUser = 0;
                break;
            case "Limits.UserLimitPolicy":
                limits.UserLimitPolicy = (UserLimitPolicy)9;
                break;
            case "Limits.MaxRefusals":
                limits.MaxRefusals = 0;
                break;
            case "Limits.RefusalWindow":
                limits.RefusalWindow = TimeSpan.Zero;
                break;
            case "Limits.MaxIdlePartitions":
                limits.MaxIdlePartitions = -1;
                break;
            case "FanOut.BatchSize":
                fanOut.BatchSize = 0;
                break;
            default:
                fanOut.MaxParallelBatches = -1;
                break;
        }
    }

    private sealed class OwnMeters : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Tags = [new("test", "own")];
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }

    private sealed class WatchedBackplane : IBackplane
    {
        private readonly LocalBackplane _inner = new();

        internal bool IsDisposed { get; private set; }

        public ValueTask<int> CountNodesAsync(Realtime.Core.Identifiers.NamespacePath path, CancellationToken cancellationToken) => _inner.CountNodesAsync(path, cancellationToken);

        public ValueTask StartAsync(IBackplaneReceiver receiver, CancellationToken cancellationToken) => _inner.StartAsync(receiver, cancellationToken);

        public ValueTask<PublishResult> PublishAsync(Publication publication, CancellationToken cancellationToken) => _inner.PublishAsync(publication, cancellationToken);

        public ValueTask<LogHead?> OpenLogAsync(Realtime.Core.Identifiers.NamespacePath path, string room, CancellationToken cancellationToken) =>
            _inner.OpenLogAsync(path, room, cancellationToken);

        public ValueTask CloseLogAsync(Realtime.Core.Identifiers.NamespacePath path, string room, CancellationToken cancellationToken) =>
            _inner.CloseLogAsync(path, room, cancellationToken);

        public ValueTask<LogPage?> ReadAsync(
            Realtime.Core.Identifiers.NamespacePath path, string room, Realtime.Core.Sequencing.StreamPosition after, int maxEntries, CancellationToken cancellationToken) =>
            _inner.ReadAsync(path, room, after, maxEntries, cancellationToken);

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}

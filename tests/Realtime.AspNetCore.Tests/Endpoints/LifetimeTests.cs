using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Realtime.AspNetCore.Tests.Support;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.AspNetCore.WebSockets;
using Realtime.Contracts;
using Realtime.Contracts.Transports;
using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Hosting;

namespace Realtime.AspNetCore.Tests.Endpoints;

/// <summary>Starting, stopping, and what is left.</summary>
public sealed class LifetimeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_stops_closes_its_clients_and_does_not_wait_for_its_timeout(bool namespaces)
    {
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            static services =>
            {
                services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(5));
                services.AddRealtime().AddNamespace("/");
            },
            app =>
            {
                if (namespaces)
                {
                    app.MapRealtime();
                }
                else
                {
                    app.MapRealtimeConnections("/socket.io/", new RecordingHandler(), static _ => { }, static _ => { });
                }
            });
        using HttpClient http = app.CreateClient();
        string polling = await http.OpenAsync();
        await using RawWebSocket socket = await RawWebSocket.ConnectAsync(app.Port, tls: false, Client.WebSocket);
        await socket.ReadTextAsync();
        Task<HttpResponseMessage> poll = http.SendAsync(polling);

        Task stopping = app.App.StopAsync();
        Assert.Equal(WebSocketOpcode.Close, (await socket.ReadFrameAsync())?.Opcode);
        await socket.WriteAsync(ClientFrames.Close(1000));
        await Record.ExceptionAsync(async () =>
        {
            using HttpResponseMessage response = await poll.Within(); // a poll that came too late finds nobody
        });
        await stopping.Within();
    }

    [Fact]
    public async Task A_client_that_is_cut_while_its_handlers_hold_reading_up_is_noticed()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            services => services.AddSingleton<TimeProvider>(time).AddRealtime(static options =>
            {
                options.MaxWaitingEvents = 1;
                options.Heartbeat.Interval = TimeSpan.FromMilliseconds(100);
                options.Heartbeat.Timeout = TimeSpan.FromMilliseconds(100);
            }).AddNamespace("/", space =>
            {
                // It ends when its client does, and no sooner.
                space.On("hang", static async context =>
                {
                    var never = new TaskCompletionSource();
                    await using CancellationTokenRegistration gone = context.Socket.Disconnected.Register(() => never.TrySetResult());
                    await never.Task;
                });
                space.OnDisconnected((_, _) =>
                {
                    ended.TrySetResult();
                    return default;
                });
            }),
            static app => app.MapRealtime());
        var engine = app.App.Services.GetRequiredService<IRealtimeServer>().Engine;
        RawWebSocket client = await Client.JoinAsync(app);
        await client.WriteAsync(ClientFrames.Join(ClientFrames.Text("42[\"hang\"]"), ClientFrames.Text("42[\"hang\"]"), ClientFrames.Text("42[\"hang\"]")));
        await Bounded.UntilAsync(() => engine.Connections.Single().IsReadingSuspended, "reading has stopped");
        client.Cut();
        await ended.Task.WhileAsync(time);
        await Bounded.UntilAsync(() => engine.Count == 0, "the connection is gone");
    }

    [Fact]
    public async Task A_host_that_stops_tells_clients_that_recover_when_to_come_back_before_it_closes_them()
    {
        const string notice = "42[\"$rt:away\",{\"after\":";
        const string join = "40{\"$realtime\":{\"v\":1,\"try\":1}}";
        await using TestApp app = await TestApp.StartAsync(Wire.Plain, static services => services.AddRealtime().AddNamespace("/"), static app => app.MapRealtime());
        using HttpClient http = app.CreateClient();
        string polling = await http.OpenAsync();
        using HttpResponseMessage joined = await http.SendAsync(polling, "POST", join);
        string polled = await PollAsync();
        while (polled.Split("$rt:at").Length < 3)
        {
            polled += await PollAsync(); // until nothing more is to come, so that the next poll waits
        }

        await using RawWebSocket socket = await RawWebSocket.ConnectAsync(app.Port, tls: false, Client.WebSocket);
        await socket.ReadTextAsync();
        await socket.SendTextAsync(join);
        string[] first = [await socket.ReadTextAsync(), await socket.ReadTextAsync(), await socket.ReadTextAsync()];
        Assert.StartsWith("40{", first[0], StringComparison.Ordinal);
        Task<string> poll = PollAsync();
        Connection waiting = app.App.Services.GetRequiredService<IRealtimeServer>().Engine.Connections.Single(static connection => connection.Transport.Name == "polling");
        await Bounded.UntilAsync(() => waiting.Outbound.IsWritable, "the poll waits");

        Task stopping = app.App.StopAsync();

        Assert.StartsWith(notice, await poll.Within(), StringComparison.Ordinal);
        Assert.StartsWith(notice, await socket.ReadTextAsync(), StringComparison.Ordinal);
        Assert.Equal(WebSocketOpcode.Close, (await socket.ReadFrameAsync())?.Opcode);
        await socket.WriteAsync(ClientFrames.Close(1000));
        await stopping.Within();

        async Task<string> PollAsync()
        {
            using HttpResponseMessage response = await http.SendAsync(polling);
            return await response.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task A_server_that_has_stopped_refuses_handshakes()
    {
        await using TestApp app = await TestApp.StartAsync(Wire.Plain, static services => services.AddRealtime().AddNamespace("/"), static app => app.MapRealtime());
        using HttpClient http = app.CreateClient();
        app.App.Services.GetRequiredService<IRealtimeServer>().Engine.Stop();
        using HttpResponseMessage response = await http.SendAsync(Client.Polling);
        Assert.Equal(503, (int)response.StatusCode); // the client is welcome at the next server: 403 would send a client of ours away for good
        Assert.Equal(503, Client.StatusOf(await Client.HandshakeAsync(app)));
    }

    [Theory]
    [InlineData(nameof(Wire.Plain))]
    [InlineData(nameof(Wire.Tls))]
    public async Task An_idle_WebSocket_holds_no_buffer(string wire)
    {
        var handler = new RecordingHandler { Message = RecordingHandler.Echo };
        await using EngineApp app = await EngineApp.StartAsync(Enum.Parse<Wire>(wire), handler);
        await using RawWebSocket client = await RawWebSocket.ConnectAsync(app.Host.Port, app.Host.Wire == Wire.Tls, EngineApp.Path + "?EIO=4&transport=websocket");
        Connection connection = await handler.NextOpenedAsync();
        await client.ReadTextAsync();
        await Bounded.UntilAsync(() => Buffers(connection) == "", "it holds nothing after the handshake");

        byte[] big = ClientFrames.Text(Outgoing.Letters(50_000).Data.ToArray());
        await client.WriteAsync(big.AsMemory(0, 20_000));
        await Bounded.UntilAsync(() => Buffers(connection) == "input", "half a message is kept");
        await client.WriteAsync(big.AsMemory(20_000));
        await client.ReadTextAsync();
        await Bounded.UntilAsync(() => Buffers(connection) == "", "it holds nothing after a message");
    }

    [Fact]
    public async Task After_a_thousand_clients_nothing_is_left()
    {
        ConcurrentBag<WeakReference> sockets = [];
        await using TestApp app = await TestApp.StartAsync(
            Wire.Plain,
            services => services.AddRealtime("thousand", static _ => { }).AddNamespace("/", space => space.OnConnected(async socket =>
            {
                sockets.Add(new WeakReference(socket));
                await socket.JoinAsync("room");
            })),
            static app => app.MapRealtime("/socket.io/", "thousand"));
        IRealtimeServer server = app.App.Services.GetRequiredService<IRealtimeServer>();
        using var meter = new Balance("thousand");
        using HttpClient http = app.CreateClient();
        await VisitAsync(1_000);

        await Bounded.UntilAsync(() => server.Engine.Count == 0, "no connection is left");
        await Bounded.UntilAsync(() => server.Engine.Wheel.Count == 0, "no deadline is left", TimeSpan.FromSeconds(15));
        await Bounded.UntilAsync(() => !server.Of("/").Sockets.Any(), "no socket is left");
        await Bounded.UntilAsync(meter.IsZero, "the meter is back");
        Assert.Equal(1_000, sockets.Count);
        await Bounded.UntilAsync(() =>
        {
            GC.Collect();
            return sockets.Count(static socket => socket.IsAlive) < 20; // what pool threads worked on last may be found in their caches
        }, "the memory is free");

        Task VisitAsync(int count) => Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (i, _) =>
        {
            if (i % 5 == 0)
            {
                string polling = await http.OpenAsync();
                using HttpResponseMessage joined = await http.SendAsync(polling, "POST", "40");
                using HttpResponseMessage left = await http.SendAsync(polling, "POST", "1");
                return;
            }

            await using RawWebSocket socket = await Client.JoinAsync(app);
            switch (i % 5)
            {
                case 1:
                    socket.Cut();
                    break;
                case 2:
                    await socket.WriteAsync(ClientFrames.Close(1000));
                    await socket.ReadToEndAsync();
                    break;
                case 3:
                    await socket.SendTextAsync("41");
                    break;
                default:
                    await socket.WriteAsync((byte[])[0xFF]);
                    break;
            }
        });
    }

    private static string Buffers(Connection connection)
    {
        const BindingFlags flags = BindingFlags.Instance | BindingFlags.NonPublic;
        object transport = connection.Transport;
        object input = typeof(WebSocketTransport).GetField("_buffer", flags)!.GetValue(transport)!;
        object output = typeof(WebSocketTransport).GetField("_output", flags)!.GetValue(transport)!;
        (object Owner, string Field, string Name)[] buffers = [(input, "_bytes", "input"), (output, "_waiting", "output")];
        return string.Join(',', buffers.Where(buffer => buffer.Owner.GetType().GetField(buffer.Field, flags)!.GetValue(buffer.Owner) is not null).Select(static buffer => buffer.Name));
    }
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Checker;
using Realtime.Core.Backplane;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Sequencing;

namespace Realtime.Delivery;

/// <summary>The server: puts clients into the rooms that they ask for, and gives what they say to these rooms.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class DeliveryServer : IAsyncDisposable
{
    private const int SlowEvery = 5;
    private const int MaxSlowMilliseconds = 100;

    // About twelve seconds of a room, so that who is away for longer is told of a gap.
    private static readonly RetentionLimits s_retention = new() { MaxEntries = 400 };

    private readonly ConcurrentDictionary<string, bool> _welcomed = new(StringComparer.Ordinal);
    private readonly string _owner;
    private readonly DeliveryLog _log;
    private readonly string? _mistake;
    private readonly WebApplication _app;
    private long _handled;

    internal DeliveryServer(int port, string owner, DeliveryLog log, string? mistake)
    {
        (_owner, _log, _mistake) = (owner, log, mistake);
        Backplane = new RecordingBackplane(new LocalBackplane(s_retention, TimeProvider.System), log);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        builder.Services.AddRealtime(Configure)
            .ConfigureHttp(static http => http.Security.RequireTls = false) // plain loopback by purpose
            .UseBackplane(_ => Backplane)
            .AddNamespace("/", Define);
        builder.WebHost.UseKestrel(options => options.Listen(IPAddress.Loopback, port));
        _app = builder.Build();
        _app.MapRealtime();
    }

    internal RecordingBackplane Backplane { get; }

    internal long Handled => Interlocked.Read(ref _handled);

    internal RealtimeNamespace Space => _app.Services.GetRequiredService<IRealtimeServer>().Of("/");

    internal Task StartAsync() => _app.StartAsync();

    internal Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

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
        if (_welcomed.TryAdd(socket.Id, true))
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
        _log.Add(Records.Handled(context.Socket.Id, NumberOf(context.MessageId), said.Id, _owner) with { Hash = said.Hash });
        Emitter room = said.SparesSender ? context.Socket.To(said.Rooms) : context.Namespace.To(said.Rooms);
        long handled = Interlocked.Increment(ref _handled);
        if (handled % SlowEvery == 0)
        {
            await Task.Delay(Random.Shared.Next(1, MaxSlowMilliseconds)); // so that connections and servers end while a handler runs
        }

        var scope = PublicationScope.Begin();
        await room.EmitAsync(DeliveryEvents.Heard, said, CancellationToken.None);
        if (handled % CampaignOptions.MistakeEvery == 0 && _mistake == "publish-twice")
        {
            await room.EmitAsync(DeliveryEvents.Heard, said, CancellationToken.None);
        }

        return scope.PlaceIn(said.Rooms[0]);
    }

    private static long? NumberOf(string messageId) =>
        long.TryParse(messageId.AsSpan(messageId.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
}

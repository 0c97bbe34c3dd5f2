using System.Globalization;
using Realtime.BenchServer;
using Realtime.Core.Hosting;
using Realtime.Core.Limits;

// The app that is measured: the ordinary library through its ordinary API with ordinary options.
// PORT: where to listen on 127.0.0.1. PING_INTERVAL (ms): a shorter heartbeat, for measuring what heartbeats cost.
// LIMITS=1: rate limits too high to refuse anything, for measuring what limits cost.
// NUMBERED=1: rooms keep logs and the clients recover, for measuring what numbering and retention cost; the load then speaks the dialect `recovering`.
// REDIS=host:port: the servers that use the same Redis are one cluster.
// INLINE=1: handlers run on the threads of the sockets, the opt-in that docs/guides/performance.md describes; never set in the table of results.
WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Number("PORT", 3000)));
if (Number("INLINE", 0) == 1)
{
    builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
}

IRealtimeBuilder realtime = builder.Services
    .AddRealtime(options =>
    {
        options.Heartbeat.Interval = TimeSpan.FromMilliseconds(Number("PING_INTERVAL", 25_000));
        options.Recovery.Enabled = Number("NUMBERED", 0) == 1;
    })
    .ConfigureHttp(http => http.Security.RequireTls = false) // plain loopback by purpose
    .AddNamespace("/", space =>
    {
        if (Number("LIMITS", 0) == 1)
        {
            space.RateLimitEvents(new RateLimitPolicy("unreachable", 100_000_000, TimeSpan.FromSeconds(1)));
        }

        space.OnConnected(socket => socket.JoinAsync(BenchEvents.Room));
        space.On(BenchEvents.Echo, (_, payload) => ValueTask.FromResult(payload));
        space.On(BenchEvents.Pub, (context, payload) => context.Namespace.To(BenchEvents.Room).EmitAsync(BenchEvents.Msg, payload));
    });
if (Environment.GetEnvironmentVariable("REDIS") is { Length: > 0 } redis)
{
    realtime.AddRedis(redis);
}

WebApplication app = builder.Build();
app.MapRealtime();
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
await app.RunAsync().ConfigureAwait(false);

static int Number(string name, int otherwise) =>
    Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

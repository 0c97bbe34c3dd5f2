// PORT=3001 REDIS=127.0.0.1:6379 Realtime.LoadHost
// One of several servers behind the load balancer of tests/campaigns/artillery.sh. What a client says it hears again, with everybody in its room: the room has as many members as there
// are servers, usually on different ones. GET /counts says how many messages came.
using System.Globalization;
using Realtime.Core.Transports;
using Realtime.LoadHost;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "3001", CultureInfo.InvariantCulture)));
builder.Services.AddHealthChecks().AddRealtime();

long clients = 0;
long received = 0;
long polled = 0;
builder.Services
    .AddRealtime()
    .ConfigureHttp(http =>
    {
        http.Security.RequireTls = false; // plain loopback by purpose
        http.AffinityCookie = new CookieBuilder { Name = "io", HttpOnly = true, Path = "/socket.io/" }; // what HAProxy learns from
    })
    .AddNamespace("/", space =>
    {
        space.OnConnected(socket => socket.JoinAsync(RoomOf(Interlocked.Increment(ref clients))));
        space.On(LoadEvents.Say, async (context, number) =>
        {
            Interlocked.Increment(ref received);
            if (context.Socket.TransportName == TransportNames.Polling)
            {
                Interlocked.Increment(ref polled);
            }

            string room = context.Socket.Rooms.First(static room => room.StartsWith("pair-", StringComparison.Ordinal));
            await context.Namespace.To(room).EmitAsync(LoadEvents.Said, number);
            return number;
        });
    })
    .AddRedis(Environment.GetEnvironmentVariable("REDIS") ?? "127.0.0.1:6379");

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapRealtime();
app.MapGet("/counts", () => new Counts(Volatile.Read(ref clients), Volatile.Read(ref received), Volatile.Read(ref polled)));
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
await app.RunAsync();

static string RoomOf(long client) => string.Create(CultureInfo.InvariantCulture, $"pair-{client}");

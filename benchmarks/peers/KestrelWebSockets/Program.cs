using System.Globalization;
using System.Net;
using KestrelWebSocketsPeer;

var port = int.Parse(Environment.GetEnvironmentVariable("PORT") ?? "3000", CultureInfo.InvariantCulture);
var pingInterval = int.Parse(Environment.GetEnvironmentVariable("PING_INTERVAL") ?? "25000", CultureInfo.InvariantCulture);

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));

var app = builder.Build();
// The room sends its own heartbeats, as Socket.IO does.
app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.Zero });

var room = new Room(TimeSpan.FromMilliseconds(pingInterval));
app.Map("/socket.io/", async (HttpContext context) =>
{
    if (!context.WebSockets.IsWebSocketRequest)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return;
    }

    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    await new Member(socket, room).RunAsync(context.RequestAborted);
});

await app.StartAsync();
_ = room.SendHeartbeatsAsync(app.Lifetime.ApplicationStopping);
Console.WriteLine($"ready on {port}");
await app.WaitForShutdownAsync();

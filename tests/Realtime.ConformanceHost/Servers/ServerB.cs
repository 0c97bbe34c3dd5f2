using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Servers;

/// <summary>What the public suite of the Socket.IO protocol talks to, and clients without Socket.IO.</summary>
internal static class ServerB
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddCors(static cors => cors.AddDefaultPolicy(static policy => policy.AllowAnyOrigin().AllowAnyHeader().AllowAnyMethod()));
        builder.Services.AddRealtime(Configure)
            .ConfigureHttp(NodeSettings.Apply)
            .AddNamespace("/", static main => main
                .OnConnected(EmitAuth)
                .On("say", static context => context.Namespace.EmitAsync("said", [.. context.Arguments]))
                .On("message", static context => context.Socket.EmitAsync("message-back", [.. context.Arguments]))
                .On("message-with-ack", static context => context.AckAsync([.. context.Arguments])))
            .AddNamespace("/custom", static custom => custom.OnConnected(EmitAuth));

        WebApplication app = builder.Build();
        app.UseCors();
        app.MapRealtime().RequireCors();
        app.MapRealtimeWebSocket("/ws");
        return app;
    }

    private static void Configure(RealtimeOptions options)
    {
        SuiteHeartbeat.Apply(options.Connections);
        options.Connections.ConnectTimeout = TimeSpan.FromSeconds(1);
    }

    private static ValueTask EmitAuth(RealtimeSocket socket) => socket.EmitAsync("auth", socket.Auth);
}

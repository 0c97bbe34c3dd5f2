using Realtime.AspNetCore.Endpoints;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.ConformanceHost.Servers;

/// <summary>What the suite of the official client talks to.</summary>
internal static class ServerC
{
    internal static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddRealtime(Configure)
            .ConfigureHttp(ConfigureHttp)
            .AddNamespace("/", static main => ClientSuiteHandlers.AddTo(main.Use(RefuseWhenAskedTo)))
            .AddNamespace("/no", static no => no.Use(static (context, _) => Refuse(context, "Auth failed (custom namespace)")))
            .AddNamespace("/timeout_socket")
            .AddNamespace("/valid")
            .AddNamespace("/asd")
            .AddNamespace("/foo", static foo => foo.On("getId", static context => context.AckAsync(context.Socket.Id)))
            .AddNamespace("/abc", static abc => abc.OnConnected(static socket => socket.EmitAsync("handshake", NodeHandshake.Of(socket))));

        WebApplication app = builder.Build();
        app.MapRealtime();
        return app;
    }

    private static void Configure(RealtimeOptions options)
    {
        NodeSettings.Apply(options.Connections);
        NodeSettings.Apply(options.Recovery, TimeSpan.FromMinutes(2));
        options.Heartbeat.Interval = TimeSpan.FromSeconds(2);
    }

    private static void ConfigureHttp(RealtimeHttpOptions http)
    {
        NodeSettings.Apply(http);

        // The client's tests with a timeout of 0 need a handshake that takes longer than that.
        http.AllowRequest = static async context =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), context.RequestAborted);
            return null;
        };
    }

    private static ValueTask RefuseWhenAskedTo(ConnectingContext context, Func<ConnectingContext, ValueTask> next) =>
        context.Socket.Handshake.Query.ContainsKey("fail") ? Refuse(context, "Auth failed (main namespace)") : next(context);

    private static ValueTask Refuse(ConnectingContext context, string message)
    {
        context.Refuse(message);
        return default;
    }
}

using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;

namespace Realtime.Attacks;

/// <summary>A server on a real port of 127.0.0.1, as an application would have it, with times that a campaign can wait for.</summary>
internal sealed class AttackServer : IAsyncDisposable
{
    internal const string Room = "news";
    private readonly WebApplication _app;

    private AttackServer(WebApplication app, string name)
    {
        _app = app;
        Port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        Realtime = app.Services.GetRequiredKeyedService<IRealtimeServer>(name);
    }

    internal int Port { get; }

    internal IRealtimeServer Realtime { get; }

    internal static async Task<AttackServer> StartAsync(string name, ServerSetup setup)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Services.AddRouting();
        builder.Services.AddMetrics();
        IRealtimeBuilder realtime = builder.Services.AddRealtime(name, options =>
            {
                options.Heartbeat.Interval = TimeSpan.FromSeconds(1);
                options.Heartbeat.Timeout = TimeSpan.FromSeconds(1);
                options.Connections.CloseTimeout = TimeSpan.FromSeconds(1);
                options.AckTimeout = TimeSpan.FromSeconds(1);
                setup.Options(options);
            })
            .ConfigureHttp(http =>
            {
                http.Security.RequireTls = false; // plain loopback by purpose
                setup.Http(http);
            })
            .AddNamespace("/", space =>
            {
                AddEvents(space);
                setup.Space(space);
            });
        setup.Realtime(realtime);
        builder.WebHost.UseKestrel(options =>
        {
            setup.Kestrel(options);
            options.Listen(IPAddress.Loopback, 0);
        });
        WebApplication app = builder.Build();
        setup.App(app);
        app.MapRealtime("/socket.io/", name);
        app.MapRealtimeWebSocket("/ws", name);
        await app.StartAsync();
        return new AttackServer(app, name);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // It was told to hurry.
        }

        await _app.DisposeAsync();
    }

    private static void AddEvents(NamespaceBuilder space)
    {
        space.OnConnected(static socket => socket.JoinAsync(Room));
        space.On("echo", static context => context.AckAsync([.. context.Arguments]));
        space.On("size", static context => context.AckAsync(context.Arguments[0].Json.Length));
        space.On("who", static context => context.AckAsync(context.Socket.User.Identity?.Name));
        space.On("boom", static _ => throw new InvalidOperationException("as it was told to"));
        space.On("hang", static async context =>
        {
            var never = new TaskCompletionSource();
            await using CancellationTokenRegistration gone = context.Socket.Disconnected.Register(() => never.TrySetCanceled());
            await never.Task;
        });
        space.On("ask", static context =>
        {
            // Not awaited, as a broadcaster would not: one handler, many questions.
            _ = AskAsync(context.Socket);
            return default;
        });
    }

    private static async Task AskAsync(RealtimeSocket socket)
    {
        try
        {
            await socket.EmitWithAckAsync("question");
        }
        catch (Core.Diagnostics.RealtimeException)
        {
            // Nobody answered.
        }
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Realtime.AspNetCore.Endpoints;
using Realtime.AspNetCore.Tests.Support;
using Realtime.Core.Hosting;
using Realtime.Core.Namespaces;
using Realtime.Core.Protocol;

namespace Realtime.AspNetCore.Tests.RawWebSockets;

/// <summary>The application that the conversations of docs/protocol/raw-websocket.md are held with.</summary>
internal static class RawApp
{
    private static readonly RealtimeEvent<string, int> s_length = new("length");
    private static readonly RealtimeEvent<byte[], int> s_size = new("size");
    private static readonly RealtimeEvent<byte[]> s_picture = new("picture");

    internal static Task<TestApp> StartAsync(
        Wire wire = Wire.Plain, Action<RealtimeOptions>? options = null, Action<RealtimeHttpOptions>? http = null, string environment = "Development", Action<IEndpointConventionBuilder>? convention = null,
        TimeProvider? time = null) =>
        TestApp.StartAsync(
            wire,
            services => services.AddSingleton(time ?? TimeProvider.System)
                .AddRealtime(options ?? (static _ => { })).ConfigureHttp(http ?? (static _ => { })).AddNamespace("/", AddMain).AddNamespace("/private", AddPrivate),
            app =>
            {
                app.MapRealtime();
                IEndpointConventionBuilder raw = app.MapRealtimeWebSocket("/ws");
                convention?.Invoke(raw);
            },
            environment);

    private static void AddMain(NamespaceBuilder space)
    {
        space.OnConnected(static socket => socket.JoinAsync("lobby"));
        space.On("repeat", static context => context.Socket.EmitAsync("repeated", [.. context.Arguments]));
        space.On(s_length, static (_, text) => ValueTask.FromResult(text.Length));
        space.On(s_size, static (_, bytes) => ValueTask.FromResult(bytes.Length));
        space.On("say", static context => context.Namespace.To("lobby").EmitAsync("said", [.. context.Arguments]));
        space.On(s_picture, static (context, bytes) => context.Socket.To("lobby").EmitAsync(s_picture, bytes));
        space.On("fail", static _ => throw new InvalidOperationException("as it was told to"));
        space.On("throwMeOut", static context => context.Socket.DisconnectAsync());
        space.On("callMe", static async context =>
        {
            EventArguments answer = await context.Socket.EmitWithAckAsync("question", "your name?");
            await context.Socket.EmitAsync("thanks", answer[0]);
        });
    }

    private static void AddPrivate(NamespaceBuilder space) => space.Use(static (context, next) =>
    {
        if (context.Socket.GetAuth<Credentials>()?.Token == "secret")
        {
            return next(context);
        }

        throw new ConnectionRefusedException("not you", new Dictionary<string, string> { ["code"] = "unauthorized" });
    });

    private sealed record Credentials(string? Token);
}

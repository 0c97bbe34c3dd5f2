using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Namespaces;

namespace Realtime.Extensions.Tests;

/// <summary>A server in memory, and one client of it.</summary>
internal sealed class TestApp : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly WebApplication _app;
    private WebSocket? _socket;

    private TestApp(WebApplication app) => _app = app;

    internal static async Task<TestApp> StartAsync(Action<NamespaceBuilder> configure, Action<IServiceCollection>? add = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Services.AddRouting();
        builder.Services.AddLogging();
        builder.Services.AddRealtime().AddNamespace("/", configure);
        add?.Invoke(builder.Services);
        builder.WebHost.UseTestServer();
        var app = new TestApp(builder.Build());
        app._app.MapRealtime();
        await app._app.StartAsync().WaitAsync(s_patience);
        return app;
    }

    /// <summary>Sends an event and gives the acknowledgement, as JSON.</summary>
    internal async Task<string> AskAsync(string eventName, string payload)
    {
        if (_socket is null)
        {
            _socket = await _app.GetTestServer().CreateWebSocketClient().ConnectAsync(new Uri("ws://localhost/socket.io/?EIO=4&transport=websocket"), CancellationToken.None).WaitAsync(s_patience);
            await ReceiveAsync("0{");
            await SendAsync("40");
            await ReceiveAsync("40{");
        }

        await SendAsync($"427[\"{eventName}\",{payload}]");
        return (await ReceiveAsync("437"))[3..];
    }

    public async ValueTask DisposeAsync()
    {
        _socket?.Dispose();
        await _app.DisposeAsync().AsTask().WaitAsync(s_patience);
    }

    private Task SendAsync(string message) => _socket!.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(s_patience);

    private async Task<string> ReceiveAsync(string start)
    {
        byte[] buffer = new byte[256 * 1024];
        int length = 0;
        WebSocketReceiveResult result;
        do
        {
            result = await _socket!.ReceiveAsync(new ArraySegment<byte>(buffer, length, buffer.Length - length), CancellationToken.None).WaitAsync(s_patience);
            length += result.Count;
        }
        while (!result.EndOfMessage);
        string message = Encoding.UTF8.GetString(buffer, 0, length);
        Assert.StartsWith(start, message, StringComparison.Ordinal);
        return message;
    }
}

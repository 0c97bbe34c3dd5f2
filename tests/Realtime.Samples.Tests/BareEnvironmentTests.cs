using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Realtime.Samples.Tests;

/// <summary>
/// Hosts that speak plain loopback by purpose work in an environment without a single variable, which is Production: there TLS is required unless their own code
/// switches that off.
/// </summary>
[Collection(Chat.ChatCollection.Name)] // one host at a time beside the chat and its browser: two cores are few
public sealed class BareEnvironmentTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("Chat", "", "/socket.io/")]
    [InlineData("Realtime.BenchServer", "", "/socket.io/")]
    [InlineData("Realtime.ConformanceHost", "A", "/engine.io/")]
    [InlineData("Realtime.ConformanceHost", "B", "/socket.io/")]
    [InlineData("Realtime.ConformanceHost", "C", "/socket.io/")]
    [InlineData("Realtime.ConformanceHost", "D", "/socket.io/")]
    public async Task A_host_can_be_connected_to(string name, string argument, string path)
    {
        int port = FreePort();
        using Process process = Start(name, argument, port);
        try
        {
            await ReadyAsync(process, port);
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = s_limit };
            Assert.StartsWith("0{\"sid\":", await http.GetStringAsync($"{path}?EIO=4&transport=polling"), StringComparison.Ordinal);
            using var socket = new ClientWebSocket();
            using var limit = new CancellationTokenSource(s_limit);
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}{path}?EIO=4&transport=websocket"), limit.Token);
            byte[] buffer = new byte[1024];
            WebSocketReceiveResult read = await socket.ReceiveAsync(buffer, limit.Token);
            Assert.StartsWith("0{\"sid\":", Encoding.UTF8.GetString(buffer, 0, read.Count), StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static Process Start(string name, string argument, int port)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Assembly(name), .. argument.Length > 0 ? [argument] : Array.Empty<string>(), "--urls", $"http://127.0.0.1:{port}"])
        {
            WorkingDirectory = Path.GetDirectoryName(Repository.Assembly(name)),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        if (name != "Chat")
        {
            // Where to listen is all that these two can be told in no other way.
            start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        }

        return Process.Start(start)!;
    }

    private static async Task ReadyAsync(Process process, int port)
    {
        var output = new StringBuilder();
        using var limit = new CancellationTokenSource(s_limit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            output.AppendLine(line);
            if (line.Contains("ready", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"It ended before it listened on {port}:\n{output}{await process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

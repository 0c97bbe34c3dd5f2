using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Realtime.Samples.Tests.Chat;
using Realtime.Samples.Tests.Terminal;

namespace Realtime.Samples.Tests.ChatConsole;

/// <summary>What it needs of a terminal, and what it does with keys.</summary>
[Collection(ChatCollection.Name)]
public sealed class TerminalTests(ChatFixture fixture)
{
    [Fact]
    public async Task A_line_can_be_edited_before_it_is_sent()
    {
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, fixture.Address, "Ada", "edit");
        await ada.TypeAsync("wrold");
        foreach (string key in new[] { "ArrowLeft", "ArrowLeft", "ArrowLeft", "Backspace" })
        {
            await ada.PressAsync(key);
        }

        await ada.TypeAsync("o");
        await ada.PressAsync("Delete");
        await ada.TypeAsync("r");
        await ada.PressAsync("Home");
        await ada.TypeAsync("Hello ");
        await ada.PressAsync("End");
        await ada.TypeLineAsync("!");
        await ada.HasMarkAsync("Hello world!", "✓ sent");

        await ada.PressAsync("ArrowUp");
        await ada.ShowsAsync("^ ❯ Hello world!$");
        await ada.PressAsync("Control+w");
        await ada.TypeLineAsync("Bob! Grüße, 漢字");
        await ada.HasMarkAsync("Hello Bob! Grüße, 漢字", "✓ sent");
    }

    [Fact]
    public async Task What_has_left_the_screen_can_be_read_again()
    {
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, fixture.Address, "Ada", "scroll");
        foreach (int number in Enumerable.Range(101, 30))
        {
            await ada.TypeLineAsync($"Line {number}");
        }

        await ada.HasMarkAsync("Line 130", "✓ sent");
        await ada.ShowsNoMoreAsync("Line 101");
        await ada.PressAsync("PageUp");
        await ada.ShowsAsync("Line 101 +✓ sent");
        await ada.ShowsNoMoreAsync("Line 130");
        await ada.PressAsync("PageDown");
        await ada.ShowsAsync("Line 130 +✓ sent");
    }

    [Fact]
    public async Task A_terminal_that_does_not_tell_its_size_is_taken_for_one_of_80_times_24()
    {
        await using TerminalProcess ada = await TerminalProcess.StartAsync(await fixture.NewPageAsync(), "ChatConsole", ["--url", fixture.Address.ToString(), "--name", "Ada"], tellsSize: false);
        await ada.ShowsAsync(ChatTerminal.Connected);
        await ada.TypeAsync("where the line is");
        await ada.ShowsAsync("^ ❯ where the line is$");
        string[] lines = (await ada.TextAsync()).Split('\n');
        Assert.Equal(24, lines.Length);
        Assert.Equal(new string('─', 80), lines[1]);
        Assert.Equal(" ❯ where the line is", lines[22]);
    }

    [Fact]
    public async Task A_server_that_refuses_is_said_and_not_asked_again_by_itself()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task refusing = RefuseAsync(listener);
        await using TerminalProcess ada = await TerminalProcess.StartAsync(await fixture.NewPageAsync(), "ChatConsole", ["--url", $"http://{listener.LocalEndpoint}", "--name", "Ada"]);
        await ada.ShowsAsync("● Disconnected · refused by the server$");
        await ada.ShowsAsync("Type /connect to try again");
        await ada.TypeLineAsync("Hello?");
        await ada.HasMarkAsync("Hello?", "… waiting");
        await ada.ShowsAsync("1 line waits for the connection");
        await ada.ScreenshotAsync("24-console-refused");
        Assert.Equal(["Hello?"], await ada.QuitAsync());
        listener.Stop();
        await refusing;
    }

    [Fact]
    public async Task Control_C_leaves_and_gives_the_screen_back()
    {
        await using TerminalProcess ada = await ChatTerminal.JoinAsync(fixture, fixture.Address, "Ada", "interrupted");
        await ada.TypeAsync("half a li\u0003");
        await ada.EndedAsync();
        Assert.Equal(0, ada.ExitCode);
        Assert.Equal("", (await ada.TextAsync()).Trim());
    }

    [Fact]
    public async Task Redirected_input_is_refused_in_words()
    {
        (int code, string error) = await RunRedirectedAsync();
        Assert.Equal(2, code);
        Assert.Contains("needs a terminal", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has no value", "--url")]
    [InlineData("is not the address of a chat", "--url", "localhost")]
    [InlineData("A name has", "--name", "")]
    [InlineData("A room has", "--room", "Not a Room")]
    [InlineData("is not an option", "--port", "5080")]
    public async Task Wrong_arguments_are_explained(string because, params string[] arguments)
    {
        (int code, string error) = await RunRedirectedAsync(arguments);
        Assert.Equal(2, code);
        Assert.Contains(because, error, StringComparison.Ordinal);
        Assert.Contains("usage:", error, StringComparison.Ordinal);
    }

    private static async Task RefuseAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
                {
                }

                await client.GetStream().WriteAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (SocketException)
        {
            // The listener was stopped.
        }
        catch (ObjectDisposedException)
        {
            // The same, a moment earlier.
        }
    }

    private static async Task<(int Code, string Error)> RunRedirectedAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Repository.Assembly("ChatConsole"), .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, error);
    }
}

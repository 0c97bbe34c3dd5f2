using System.Diagnostics;
using System.Text;
using Microsoft.Playwright;

namespace Realtime.Samples.Tests.Terminal;

/// <summary>
/// A sample in a terminal: a pseudo-terminal, which <c>script</c> of util-linux makes, with a real terminal emulator in a browser in front of it. What the emulator
/// shows is what a person would see.
/// </summary>
internal sealed class TerminalProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly IPage _page;
    private readonly Task _showing;
    private readonly StringBuilder _output = new();

    private TerminalProcess(Process process, IPage page)
    {
        (_process, _page) = (process, page);
        _showing = ShowAsync();
    }

    /// <summary>Gets the exit code, when it has ended by itself.</summary>
    internal int ExitCode => _process.ExitCode;

    /// <summary>Gets all that was written, as it was written.</summary>
    internal string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts a sample.</summary>
    /// <param name="page">An empty page of a browser, which becomes the terminal.</param>
    /// <param name="sample">Its name.</param>
    /// <param name="arguments">Its arguments, without blanks.</param>
    /// <param name="tellsSize">Whether the terminal tells its size, which is 100 times 30, or 80 times 24 if it does not.</param>
    internal static async Task<TerminalProcess> StartAsync(IPage page, string sample, IEnumerable<string> arguments, bool tellsSize = true)
    {
        Process? process = null;
        await page.ExposeFunctionAsync("typed", (string text) => process!.StandardInput.Write(text));
        await page.SetContentAsync("<body style='margin:0;background:#15191e'><div id=terminal style='padding:10px;display:inline-block'></div></body>");
        await page.AddStyleTagAsync(new() { Path = Repository.Terminal("node_modules/@xterm/xterm/css/xterm.css") });
        await page.AddScriptTagAsync(new() { Path = Repository.Terminal("node_modules/@xterm/xterm/lib/xterm.js") });
        await page.AddScriptTagAsync(new() { Path = Repository.Terminal("terminal.js") });
        await page.EvaluateAsync(tellsSize ? "open(100, 30)" : "open(80, 24)");

        // Whoever runs the tests in the background has the interrupt ignored, and every child with it; a person's terminal has not.
        string command = $"{(tellsSize ? "stty rows 30 cols 100; " : "")}exec env --default-signal=INT,QUIT dotnet '{Repository.Assembly(sample)}' {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("script", ["--quiet", "--flush", "--return", "--command", command, "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        start.Environment["TERM"] = "xterm-256color";
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment.Remove("NO_COLOR");
        process = Process.Start(start)!;
        process.StandardInput.AutoFlush = true;
        return new TerminalProcess(process, page);
    }

    /// <summary>Types text. A carriage return is the Enter key. It takes the same way as a key that is pressed, so that neither overtakes the other.</summary>
    internal Task TypeAsync(string text) => _page.EvaluateAsync("text => typeText(text)", text);

    internal Task TypeLineAsync(string text) => TypeAsync(text + "\r");

    /// <summary>Presses a key by its name; the emulator turns it into what terminals send.</summary>
    internal Task PressAsync(string key) => _page.Keyboard.PressAsync(key);

    /// <summary>Waits until the screen matches a pattern of JavaScript; <c>^</c> and <c>$</c> are those of lines.</summary>
    internal async Task ShowsAsync(string pattern)
    {
        try
        {
            await _page.WaitForFunctionAsync("pattern => new RegExp(pattern, 'm').test(screenText())", pattern);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The terminal does not show {pattern}:\n{await TextAsync()}");
        }
    }

    /// <summary>Waits until the screen matches a pattern no more.</summary>
    internal Task ShowsNoMoreAsync(string pattern) => _page.WaitForFunctionAsync("pattern => !new RegExp(pattern, 'm').test(screenText())", pattern);

    internal Task<string> TextAsync() => _page.EvaluateAsync<string>("screenText()");

    /// <summary>Gets every first line that was ever shown, in order.</summary>
    internal Task<string[]> HeadersAsync() => _page.EvaluateAsync<string[]>("headers()");

    internal Task ScreenshotAsync(string name) => _page.Locator("#terminal").ScreenshotAsync(new() { Path = Repository.Screenshot(name) });

    /// <summary>Waits until the sample has ended by itself and all of its output is shown.</summary>
    internal async Task EndedAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        await _process.WaitForExitAsync(limit.Token);
        await _showing.WaitAsync(s_limit);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _showing.WaitAsync(s_limit);
        await _page.Context.CloseAsync();
        _process.Dispose();
    }

    private async Task ShowAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await _process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0)
        {
            lock (_output)
            {
                _output.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }

            await _page.EvaluateAsync("bytes => show(bytes)", Convert.ToBase64String(buffer, 0, count));
        }
    }
}

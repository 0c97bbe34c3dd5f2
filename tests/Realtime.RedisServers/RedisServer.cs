using System.Diagnostics;
using System.Globalization;

namespace Realtime.RedisServers;

/// <summary>A redis-server process: one port, one folder for its data.</summary>
/// <remarks>Confined to one test. Disposing ends the process and removes the data.</remarks>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Ready = "Ready to accept connections";
    private const int MaxAttempts = 5; // somebody else may take the port first

    private readonly string _folder;
    private readonly string[] _settings;
    private RedisProcess? _process;

    private RedisServer(int port, string folder, string[] settings)
    {
        Port = port;
        _folder = folder;
        _settings = settings;
    }

    /// <summary>Gets the port on the loopback address.</summary>
    public int Port { get; }

    /// <summary>Gets what a client connects to.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Gets the id of the process; 0 while it does not run.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Starts a server and waits until it takes connections.</summary>
    /// <param name="settings">Further settings, for example <c>--appendonly yes</c> as two of them.</param>
    public static Task<RedisServer> StartAsync(params string[] settings) => StartAsync(() => settings);

    /// <summary>As above, with settings that are asked for at each attempt, since they name ports too.</summary>
    internal static async Task<RedisServer> StartAsync(Func<string[]> settings)
    {
        for (int attempt = 1; ; attempt++)
        {
            var server = new RedisServer(LoopbackPort.Find(), Directory.CreateTempSubdirectory("realtime-redis-").FullName, settings());
            try
            {
                await server.StartAsync().ConfigureAwait(false);
                return server;
            }
            catch (InvalidOperationException) when (attempt < MaxAttempts)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Starts it again on the same port after <see cref="KillAsync"/>.</summary>
    /// <param name="keepData">Whether it finds what it had written to its folder.</param>
    public async Task RestartAsync(bool keepData)
    {
        await KillAsync().ConfigureAwait(false);
        if (!keepData)
        {
            Directory.Delete(_folder, recursive: true);
            Directory.CreateDirectory(_folder);
        }

        await StartAsync().ConfigureAwait(false);
    }

    /// <summary>Gets whether it runs, or is paused.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>Ends the process at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.KillAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Stops the process from running until <see cref="ContinueAsync"/>; its connections stay open.</summary>
    public Task PauseAsync() => _process?.SignalAsync("STOP") ?? Task.CompletedTask;

    /// <summary>Lets the process run on.</summary>
    public Task ContinueAsync() => _process?.SignalAsync("CONT") ?? Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Asks it something with redis-cli.</summary>
    /// <returns>The answer as text.</returns>
    /// <exception cref="InvalidOperationException">It answered with an error, or not at all.</exception>
    public Task<string> AskAsync(params string[] command) => AskAsync(Port, command);

    internal static async Task<string> AskAsync(int port, string[] command)
    {
        var start = new ProcessStartInfo("redis-cli", ["-p", port.ToString(CultureInfo.InvariantCulture), "-e", .. command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string answer = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? answer.Trim() : throw new InvalidOperationException($"redis-cli {command[0]}: {answer}");
    }

    private async Task StartAsync() => _process = await RedisProcess.StartAsync(
        ["--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--daemonize", "no", "--maxmemory-policy", "noeviction", .. _settings],
        Ready).ConfigureAwait(false);
}

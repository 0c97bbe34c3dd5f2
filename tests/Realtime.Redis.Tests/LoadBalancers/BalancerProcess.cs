using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Realtime.Contracts;
using Realtime.RedisServers;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>HAProxy or nginx with a configuration of the guide: nothing of it is changed but the addresses and the path of the certificate.</summary>
/// <remarks>Confined to one test. Disposing ends the process and removes its folder.</remarks>
internal sealed class BalancerProcess : IAsyncDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("realtime-balancer-").FullName;
    private readonly int _port = LoopbackPort.Find();
    private Process? _process;
    private ProcessOutput? _output;

    internal string Address => string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{_port}");

    internal static Task<BalancerProcess> StartHaproxyAsync(BalancedNode a, BalancedNode b) =>
        StartAsync("haproxy", "haproxy.cfg", "bind :443 ", static port => $"bind 127.0.0.1:{port} ", static (file, _) => ["-db", "-f", file], a, b);

    internal static Task<BalancerProcess> StartNginxAsync(BalancedNode a, BalancedNode b) =>
        StartAsync("nginx", "nginx.conf", "listen 443 ", static port => $"listen 127.0.0.1:{port} ", static (file, folder) =>
            ["-c", file, "-p", folder, "-e", "stderr", "-g", $"daemon off; pid {folder}/nginx.pid;"], a, b);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } process)
        {
            using (Process kill = Process.Start("kill", ["-s", "TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) // nginx then ends its workers too
            {
                await kill.WaitForExitAsync();
            }

            await process.WaitForExitAsync().Within();
        }

        _process?.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static async Task<BalancerProcess> StartAsync(
        string program, string file, string listens, Func<int, string> listensHere, Func<string, string, string[]> arguments, BalancedNode a, BalancedNode b)
    {
        var balancer = new BalancerProcess();
        try
        {
            string text = await File.ReadAllTextAsync(Guide.Path(file));
            text = Guide.Replace(text, listens, listensHere(balancer._port));
            text = Guide.Replace(text, "10.0.0.11:8080", $"127.0.0.1:{a.Port}");
            text = Guide.Replace(text, "10.0.0.12:8080", $"127.0.0.1:{b.Port}");
            string certificate = Path.Combine(balancer._folder, "site.pem");
            await Certificates.WriteAsync(certificate);
            text = text.Replace("/etc/ssl/private/site.pem", certificate, StringComparison.Ordinal);
            string path = Path.Combine(balancer._folder, file);
            await File.WriteAllTextAsync(path, text);
            await balancer.RunAsync(program, arguments(path, balancer._folder));
            return balancer;
        }
        catch
        {
            await balancer.DisposeAsync();
            throw;
        }
    }

    private async Task RunAsync(string program, string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _output = ProcessOutput.Read(_process);
        await Bounded.UntilAsync(IsListeningAsync, $"{program} listens");
    }

    private async Task<bool> IsListeningAsync()
    {
        if (_process!.HasExited)
        {
            await _output!.Ended.Within();
            throw new InvalidOperationException($"It has ended:\n{_output}");
        }

        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync("127.0.0.1", _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

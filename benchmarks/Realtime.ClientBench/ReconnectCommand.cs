using System.Diagnostics;
using System.Globalization;
using Realtime.ClientBench.Clients;
using Realtime.ClientBench.Measurement;
using Realtime.Load;
using Realtime.Load.Measurement;

namespace Realtime.ClientBench;

/// <summary>Kills the server, starts it again, and measures the time from its ready line until the clients are connected again.</summary>
internal sealed class ReconnectCommand(CommandLine line)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);

    private readonly List<double> _fromReady = [];
    private readonly List<double> _fromKill = [];
    private readonly List<double> _down = [];

    public async Task RunAsync()
    {
        var port = line.RequiredNumber("port");
        using var server = new RestartableServer(line.Required("server"), port, (int)line.Number("server-cpu", 0));
        await server.StartAsync();

        var settings = SettingsCalled(line.Required("settings"));
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var clients = Enumerable.Range(0, (int)line.Number("connections", 1)).Select(_ => EchoClients.Create(line.Required("client"), address, settings)).ToArray();
        await Task.WhenAll(clients.Select(client => client.ConnectAsync())).WaitAsync(s_limit);
        for (var i = 0; i < line.Number("times", 7); i++)
        {
            await VerifyAsync(clients);
            await RestartAsync(server, clients);
        }

        await VerifyAsync(clients);
        Record(clients[0].ReconnectPolicy).Print();
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private static ClientSettings SettingsCalled(string name) => name switch
    {
        "default" => new ClientSettings(WebSocketOnly: false),
        "base-100" => new ClientSettings(WebSocketOnly: false, TimeSpan.FromMilliseconds(100)),
        "fixed-100" => new ClientSettings(WebSocketOnly: false, TimeSpan.FromMilliseconds(100), IsDelayFixed: true),
        _ => throw new LoadFailure($"no settings are called {name}"),
    };

    private async Task RestartAsync(RestartableServer server, IEchoClient[] clients)
    {
        var connected = clients.Select(WhenConnectedAsync).ToArray();
        var killed = Stopwatch.GetTimestamp();
        await server.KillAsync();
        var ready = await server.StartAsync();
        _down.Add(Stopwatch.GetElapsedTime(killed, ready).TotalMilliseconds);
        try
        {
            foreach (var moment in await Task.WhenAll(connected).WaitAsync(s_limit))
            {
                // One that connects before we have read the ready line took no time, not less than none.
                _fromReady.Add(Math.Max(0, Stopwatch.GetElapsedTime(ready, moment).TotalMilliseconds));
                _fromKill.Add(Stopwatch.GetElapsedTime(killed, moment).TotalMilliseconds);
            }
        }
        catch (TimeoutException)
        {
            throw new LoadFailure($"{connected.Count(one => !one.IsCompleted)} of {clients.Length} clients did not come back within {s_limit.TotalSeconds} s");
        }
    }

    private static async Task<long> WhenConnectedAsync(IEchoClient client)
    {
        var connected = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Note() => connected.TrySetResult(Stopwatch.GetTimestamp());
        client.Connected += Note;
        try
        {
            return await connected.Task;
        }
        finally
        {
            client.Connected -= Note;
        }
    }

    // Connected means that it works.
    private static async Task VerifyAsync(IEchoClient[] clients)
    {
        foreach (var client in clients)
        {
            var sent = EchoPayload.Next();
            var answer = await client.EchoAsync(sent).AsTask().WaitAsync(s_limit);
            if (answer != sent)
            {
                throw new LoadFailure($"{sent} came back as {answer}");
            }
        }
    }

    private RunRecord Record(string policy) => new(line.Required("client"), "reconnect, " + line.Required("settings"), (int)line.Number("round", 1), policy, new Dictionary<string, double>(StringComparer.Ordinal)
    {
        [Figures.Reconnect] = Median.Of(_fromReady),
        [Figures.Shortest] = _fromReady.Min(),
        [Figures.Longest] = _fromReady.Max(),
        [Figures.FromKill] = Median.Of(_fromKill),
        [Figures.Down] = Median.Of(_down),
        [Figures.Samples] = _fromReady.Count,
    });
}

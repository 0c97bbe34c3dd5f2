using System.Globalization;
using Realtime.ClientBench.Clients;
using Realtime.ClientBench.Measurement;
using Realtime.Load;

namespace Realtime.ClientBench;

/// <summary>Measures what an echo with its acknowledgement costs this process: CPU of user and kernel, and allocated bytes.</summary>
internal sealed class EchoCommand(CommandLine line)
{
    private static readonly TimeSpan s_longestConnect = TimeSpan.FromSeconds(20);

    public async Task RunAsync()
    {
        var clients = CreateClients();
        await Task.WhenAll(clients.Select(client => client.ConnectAsync())).WaitAsync(s_longestConnect);

        var load = new EchoLoad(clients, (int)line.Number("in-flight", 1));
        load.Start();
        await WarmUpAsync(load);
        using var allocations = line.Number("allocations", 0) != 0 ? new AllocationSamples() : null;
        var before = Usage.Now(load.Echoes);
        await load.RunAsync(TimeSpan.FromSeconds(line.Number("seconds", 3)));
        var used = Usage.Now(load.Echoes) - before;
        await load.StopAsync();
        if (used.Echoes == 0)
        {
            throw new LoadFailure("no echo was answered in the time of the measurement");
        }

        allocations?.Print(Console.Error, used.Echoes);
        Record(used).Print();
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private IEchoClient[] CreateClients()
    {
        var server = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{line.RequiredNumber("port")}"));
        var clients = new IEchoClient[(int)line.Number("connections", 1)];
        for (var i = 0; i < clients.Length; i++)
        {
            clients[i] = EchoClients.Create(line.Required("client"), server, new ClientSettings(WebSocketOnly: true));
        }

        return clients;
    }

    // By CPU, as the servers are: on a busy machine the same time warms up less. Bounded, because one that barely runs would never be warm.
    private async Task WarmUpAsync(EchoLoad load)
    {
        var enough = TimeSpan.FromSeconds(line.Number("warmup", 2));
        var waited = TimeSpan.Zero;
        var step = TimeSpan.FromMilliseconds(100);
        while (Environment.CpuUsage.TotalTime < enough && waited < 3 * enough)
        {
            await load.RunAsync(step);
            waited += step;
        }
    }

    private RunRecord Record(Usage used) => new(line.Required("client"), line.Required("load"), (int)line.Number("round", 1), "", new Dictionary<string, double>(StringComparer.Ordinal)
    {
        [Figures.Cpu] = used.UserCpu.Add(used.KernelCpu).TotalMicroseconds / used.Echoes,
        [Figures.UserCpu] = used.UserCpu.TotalMicroseconds / used.Echoes,
        [Figures.Allocated] = (double)used.AllocatedBytes / used.Echoes,
        [Figures.PerSecond] = used.Echoes / used.Elapsed.TotalSeconds,
        [Figures.Busy] = used.UserCpu.Add(used.KernelCpu) / used.Elapsed * 100,
        [Figures.Echoes] = used.Echoes,
    });
}

using System.Diagnostics;
using System.Globalization;
using Realtime.ClientBench.Clients;
using Realtime.ClientBench.Measurement;
using Realtime.Load;

namespace Realtime.ClientBench;

/// <summary>Kills one of the servers of a cluster, and measures until all of its clients have resumed on the others, while their room is told something all the time.</summary>
internal sealed class CrashCommand(CommandLine line)
{
    private const int ConnectsInFlight = 100;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_before = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_sampling = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(500); // between two messages to everybody

    private readonly long _began = Stopwatch.GetTimestamp();
    private int _published;

    public async Task RunAsync()
    {
        var nodes = line.Required("nodes").Split(',').Select(static pid => int.Parse(pid, CultureInfo.InvariantCulture)).ToArray();
        var redis = new CpuSamples(line.RequiredNumber("redis"));
        CpuSamples[] others = [.. nodes.Skip(1).Select(static pid => new CpuSamples(pid))];
        var members = await ConnectAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{line.RequiredNumber("port")}")), (int)line.Number("connections", 5000));
        await using var publisher = new RoomMember(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{line.RequiredNumber("publisher-port")}")));
        await publisher.ConnectAsync();

        using var stop = new CancellationTokenSource();
        var sampling = SampleAsync([redis, .. others], stop.Token);
        var publishing = PublishAsync(publisher, stop.Token);
        await Task.Delay(s_before);
        var killedAt = Stopwatch.GetTimestamp();
        var killed = Stopwatch.GetElapsedTime(_began);
        using (var node = Process.GetProcessById(nodes[0]))
        {
            node.Kill();
        }

        await UntilAsync(() => members.Any(static member => !member.IsConnected), "nobody lost a connection");
        await UntilAsync(() => members.All(static member => member.IsConnected), "not all clients came back");
        var resumed = Stopwatch.GetElapsedTime(_began);
        await stop.CancelAsync();
        await publishing;
        await UntilAsync(() => members.All(member => member.Received == _published), "not everybody got everything");
        await sampling;

        PrintClients(members, killedAt);
        Print($"Redis: {redis.Average(killed - s_before, killed):F0} % of a core before, {redis.Peak(killed, resumed):F0} % in its busiest second after");
        for (var i = 0; i < others.Length; i++)
        {
            Print($"server {i + 2}: {others[i].Average(killed - s_before, killed):F0} % before, {others[i].Peak(killed, resumed):F0} % in its busiest second after");
        }

        if (members.Sum(static member => member.OutOfTurn + member.Lost) > 0)
        {
            throw new LoadFailure("something was lost, repeated or out of order");
        }
    }

    private void PrintClients(List<RoomMember> members, long killedAt)
    {
        List<RoomMember> moved = [.. members.Where(static member => member.Connects > 1)];
        double[] times = [.. moved.Select(member => Stopwatch.GetElapsedTime(killedAt, member.Last.At).TotalSeconds).Order()];
        Print($"clients {members.Count}, of the killed server {moved.Count}, recovered {moved.Count(static member => member.Last.IsRecovered)}, sessions lost {members.Sum(static member => member.Lost)}");
        Print($"messages to everybody {_published}, delivered {members.Sum(static member => (long)member.Received)} of {(long)_published * members.Count}, out of turn {members.Sum(static member => member.OutOfTurn)}");
        Print($"resumed: median {times[times.Length / 2]:F1} s, last {times[^1]:F1} s after the crash");
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static async Task<List<RoomMember>> ConnectAsync(Uri server, int count)
    {
        List<RoomMember> members = [];
        while (members.Count < count)
        {
            RoomMember[] next = [.. Enumerable.Range(0, Math.Min(ConnectsInFlight, count - members.Count)).Select(_ => new RoomMember(server))];
            await Task.WhenAll(next.Select(static member => member.ConnectAsync())).WaitAsync(s_limit);
            members.AddRange(next);
        }

        return members;
    }

    private static async Task UntilAsync(Func<bool> done, string otherwise)
    {
        var since = Stopwatch.GetTimestamp();
        while (!done())
        {
            if (Stopwatch.GetElapsedTime(since) > s_limit)
            {
                throw new LoadFailure(otherwise);
            }

            await Task.Delay(20);
        }
    }

    private async Task PublishAsync(RoomMember publisher, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            await publisher.PublishAsync(_published++);
            await Task.Delay(s_beat, CancellationToken.None);
        }
    }

    private async Task SampleAsync(CpuSamples[] processes, CancellationToken stopped)
    {
        while (!stopped.IsCancellationRequested)
        {
            foreach (var process in processes)
            {
                process.Take(Stopwatch.GetElapsedTime(_began));
            }

            await Task.Delay(s_sampling, CancellationToken.None);
        }
    }
}

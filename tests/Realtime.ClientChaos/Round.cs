using System.Diagnostics;
using Realtime.Faults;

namespace Realtime.ClientChaos;

/// <summary>Clients, a proxy and its faults for some time; then peace, in which all have to come back; then their end.</summary>
internal sealed class Round
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // Longer than a heartbeat takes, so that a connection that only looks alive has been found out.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(6);

    private readonly ChaosClient[] _clients;
    private readonly FaultProxy _proxy;
    private readonly int _seed;

    private Round(HostProcess host, int clients, int firstIndex, int seed)
    {
        _seed = seed;
        _proxy = FaultProxy.Start(host.EndPoint, new Random(seed));
        _clients = [.. Enumerable.Range(firstIndex, clients).Select(index => new ChaosClient(index, _proxy.EndPoint))];
    }

    internal static async Task<RoundResult> RunAsync(HostProcess host, int clients, int firstIndex, int seed, TimeSpan duration)
    {
        var round = new Round(host, clients, firstIndex, seed);
        RoundResult result = await round.RunAsync(duration);
        await round._proxy.DisposeAsync();
        return result with { ProxyLeft = $"{round._proxy.LiveSockets} sockets, {round._proxy.LiveTasks} tasks" };
    }

    private async Task<RoundResult> RunAsync(TimeSpan duration)
    {
        using var end = new CancellationTokenSource();
        long start = Stopwatch.GetTimestamp();
        Task faults = new FaultPlan(_proxy, new Random(_seed + 1)).RunAsync(end.Token);
        Task[] connecting = [.. _clients.Select(static client => client.ConnectAsync())];
        Task[] emitting = [.. _clients.Select(client => client.EmitUntilAsync(end.Token))];
        end.CancelAfter(duration);
        await Task.WhenAll([faults, .. emitting]);
        TimeSpan lasted = Stopwatch.GetElapsedTime(start);
        long[] taken = [.. _clients.Select(static client => client.Tally.Taken)];

        long peace = Stopwatch.GetTimestamp();
        using var deadline = new CancellationTokenSource(s_patience);
        Task<bool>[] proofs = [.. _clients.Select(client => client.ProveConnectedAsync(deadline.Token))];
        Task<bool> quiet = StayQuietAsync(deadline.Token);
        await Beats.BecomesAsync(() => proofs.All(static proof => proof.IsCompleted), deadline.Token);
        TimeSpan untilProven = Stopwatch.GetElapsedTime(peace);
        bool isQuiet = await quiet;
        await Beats.BecomesAsync(() => connecting.All(static task => task.IsCompleted) && _clients.All(static client => client.Tally.InFlight == 0), deadline.Token);

        ChaosClient[] back = [.. _clients.Where((client, i) => proofs[i] is { IsCompletedSuccessfully: true, Result: true } && client.IsConnected)];
        IEnumerable<ChaosClient> restless = isQuiet ? [] : _clients.OrderByDescending(static client => client.History.LastChange).Take(3);
        string[] missing = [.. _clients.Except(back).Union(restless).Select(static client => $"client {client.Index} ({client.Transports}) is not quietly connected: {client.Now}\n      {client.History}")];
        long hung = connecting.Count(static task => !task.IsCompleted) + _clients.Sum(static client => client.Tally.InFlight);
        string[] refused = [.. connecting.Where(static task => task.IsFaulted).Select(static task => task.Exception!.ToString())];
        hung += await DisposeAsync();
        return new RoundResult(_clients, lasted, taken, untilProven, back.Length, missing, hung, refused, _proxy.Faults);
    }

    // All are connected, and nothing changes any more.
    private async Task<bool> StayQuietAsync(CancellationToken deadline)
    {
        long changes = -1;
        long since = 0;
        return await Beats.BecomesAsync(Quiet, deadline);

        bool Quiet()
        {
            long now = _clients.Sum(static client => client.History.Changes);
            if (now != changes || !_clients.All(static client => client.IsConnected))
            {
                (changes, since) = (now, Stopwatch.GetTimestamp());
            }

            return Stopwatch.GetElapsedTime(since) > s_quiet;
        }
    }

    private async Task<int> DisposeAsync()
    {
        using var deadline = new CancellationTokenSource(s_patience);
        Task[] disposing = [.. _clients.Select(static client => client.DisposeAsync())];
        await Beats.BecomesAsync(() => disposing.All(static task => task.IsCompleted), deadline.Token);
        _proxy.CutHalfOpen(TimeSpan.Zero);
        await Beats.BecomesAsync(() => _proxy.LiveConnections == 0, deadline.Token);
        return disposing.Count(static task => !task.IsCompletedSuccessfully);
    }
}

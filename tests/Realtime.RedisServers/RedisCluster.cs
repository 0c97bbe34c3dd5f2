using System.Globalization;

namespace Realtime.RedisServers;

/// <summary>A Redis Cluster: primaries that share the slots, and replicas of each.</summary>
/// <remarks>Confined to one test. Disposing ends all processes.</remarks>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16384;

    private readonly List<RedisServer> _servers = [];
    private readonly Dictionary<RedisServer, string> _busPorts = [];

    private RedisCluster()
    {
    }

    /// <summary>Gets all servers, the first primaries before the first replicas.</summary>
    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>Gets what a client connects to.</summary>
    public string Configuration => string.Join(',', _servers.Select(static server => server.Address));

    /// <summary>Starts one, and waits until each server knows that all slots are served.</summary>
    /// <param name="primaries">How many primaries. A failover needs a majority of them, so three at least.</param>
    /// <param name="replicas">How many replicas of each.</param>
    /// <param name="nodeTimeout">For how many milliseconds a server may be silent before the others take it for dead. Long where nothing fails over: a server that had no processor is not dead.</param>
    public static async Task<RedisCluster> StartAsync(int primaries = 3, int replicas = 0, int nodeTimeout = 2000)
    {
        var cluster = new RedisCluster();
        for (int index = 0; index < primaries * (1 + replicas); index++)
        {
            string bus = "";
            RedisServer server = await RedisServer.StartAsync(() =>
            {
                bus = Text(LoopbackPort.Find());
                return ["--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", Text(nodeTimeout), "--cluster-replica-validity-factor", "0", "--appendonly", "yes"];
            }).ConfigureAwait(false);
            cluster._servers.Add(server);
            cluster._busPorts[server] = bus;
        }

        await cluster.JoinAsync(primaries).ConfigureAwait(false);
        return cluster;
    }

    /// <summary>Finds the primary that has a key.</summary>
    public async Task<RedisServer> FindPrimaryAsync(string key)
    {
        RedisServer asked = _servers.First(static server => server.IsRunning);
        int slot = int.Parse(await asked.AskAsync("CLUSTER", "KEYSLOT", key).ConfigureAwait(false), CultureInfo.InvariantCulture);
        foreach (string[] node in await NodesAsync(asked).ConfigureAwait(false))
        {
            if (node[2].Contains("master", StringComparison.Ordinal) && !node[2].Contains("fail", StringComparison.Ordinal) && node.Skip(8).Any(range => Covers(range, slot)))
            {
                string port = node[1].Split('@')[0].Split(':')[^1];
                return _servers.Single(server => Text(server.Port) == port);
            }
        }

        throw new InvalidOperationException($"Nobody has slot {slot}.");
    }

    /// <summary>Waits until another server than the one that was killed has a key.</summary>
    public async Task<RedisServer> WaitForFailoverAsync(string key, RedisServer killed)
    {
        RedisServer? found = null;
        await WaitAsync(async () =>
        {
            found = await FindPrimaryAsync(key).ConfigureAwait(false);
            return found != killed;
        }).ConfigureAwait(false);
        return found!;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (RedisServer server in _servers)
        {
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Covers(string range, int slot)
    {
        int[] ends = [.. range.Split('-').Select(static end => int.TryParse(end, CultureInfo.InvariantCulture, out int number) ? number : -1)];
        return ends[0] >= 0 && slot >= ends[0] && slot <= ends[^1];
    }

    private static async Task<string[][]> NodesAsync(RedisServer server) =>
        [.. (await server.AskAsync("CLUSTER", "NODES").ConfigureAwait(false)).Split('\n').Select(static line => line.Trim().Split(' '))];

    private async Task JoinAsync(int primaries)
    {
        for (int index = 0; index < _servers.Count; index++)
        {
            RedisServer server = _servers[index];
            await server.AskAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(index + 1)).ConfigureAwait(false);
            if (index < primaries)
            {
                await server.AskAsync("CLUSTER", "ADDSLOTSRANGE", Text(Slots * index / primaries), Text((Slots * (index + 1) / primaries) - 1)).ConfigureAwait(false);
            }

            if (index > 0)
            {
                await server.AskAsync("CLUSTER", "MEET", "127.0.0.1", Text(_servers[0].Port), _busPorts[_servers[0]]).ConfigureAwait(false);
            }
        }

        await WaitAsync(async () => await AllAsync("CLUSTER", "INFO", "cluster_state:ok").ConfigureAwait(false)
            && await AllAsync("CLUSTER", "INFO", $"cluster_known_nodes:{Text(_servers.Count)}").ConfigureAwait(false)).ConfigureAwait(false);
        for (int index = primaries; index < _servers.Count; index++)
        {
            string primary = await _servers[index % primaries].AskAsync("CLUSTER", "MYID").ConfigureAwait(false);
            await WaitAsync(async () => await _servers[index].AskAsync("CLUSTER", "REPLICATE", primary).ConfigureAwait(false) == "OK").ConfigureAwait(false);
        }

        foreach (RedisServer replica in _servers.Skip(primaries))
        {
            await WaitAsync(async () => (await replica.AskAsync("INFO", "replication").ConfigureAwait(false)).Contains("master_link_status:up", StringComparison.Ordinal)).ConfigureAwait(false);
        }
    }

    private async Task<bool> AllAsync(string command, string part, string expected)
    {
        foreach (RedisServer server in _servers)
        {
            if (!(await server.AskAsync(command, part).ConfigureAwait(false)).Contains(expected, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    private static async Task WaitAsync(Func<Task<bool>> holds)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (int attempt = 0; attempt < 300; attempt++)
        {
            try
            {
                if (await holds().ConfigureAwait(false))
                {
                    return;
                }
            }
            catch (InvalidOperationException)
            {
                // Not there yet.
            }

            await beat.WaitForNextTickAsync().ConfigureAwait(false);
        }

        throw new TimeoutException("The servers of the cluster have not agreed.");
    }
}

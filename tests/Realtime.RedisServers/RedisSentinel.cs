using System.Globalization;

namespace Realtime.RedisServers;

/// <summary>A primary with a replica, and three Sentinels that watch them.</summary>
/// <remarks>Confined to one test. Disposing ends all processes.</remarks>
public sealed class RedisSentinel : IAsyncDisposable
{
    private const string Service = "main";
    private const int Sentinels = 3;

    private readonly List<(RedisProcess Process, int Port, string Folder)> _sentinels = [];

    private RedisSentinel(RedisServer primary, RedisServer replica) => (Primary, Replica) = (primary, replica);

    /// <summary>Gets the server that is the primary at first.</summary>
    public RedisServer Primary { get; }

    /// <summary>Gets the server that is its replica at first.</summary>
    public RedisServer Replica { get; }

    /// <summary>Gets what a client connects to.</summary>
    public string Configuration => string.Join(',', [.. _sentinels.Select(static sentinel => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{sentinel.Port}")), $"serviceName={Service}"]);

    /// <summary>Starts all, and waits until the Sentinels know the replica and each other.</summary>
    public static async Task<RedisSentinel> StartAsync()
    {
        RedisServer primary = await RedisServer.StartAsync().ConfigureAwait(false);
        RedisServer replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", primary.Port.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        var setting = new RedisSentinel(primary, replica);
        for (int index = 0; index < Sentinels; index++)
        {
            await setting.AddSentinelAsync().ConfigureAwait(false);
        }

        await setting.WaitAsync(static async own => (await own.AskSentinelAsync("SENTINEL", "CKQUORUM", Service).ConfigureAwait(false)).StartsWith("OK 3", StringComparison.Ordinal)
            && (await own.AskSentinelAsync("SENTINEL", "REPLICAS", Service).ConfigureAwait(false)).Contains("slave", StringComparison.Ordinal)
            && (await own.Replica.AskAsync("INFO", "replication").ConfigureAwait(false)).Contains("master_link_status:up", StringComparison.Ordinal)).ConfigureAwait(false);
        return setting;
    }

    /// <summary>Lets the replica lose its primary: what the primary takes from here on is not copied.</summary>
    public Task DetachReplicaAsync() => Replica.AskAsync("REPLICAOF", "127.0.0.1", "1"); // nobody listens there

    /// <summary>Waits until the Sentinels have made the replica the primary.</summary>
    public Task WaitForPromotionAsync() => WaitAsync(static async own => (await own.Replica.AskAsync("ROLE").ConfigureAwait(false)).StartsWith("master", StringComparison.Ordinal));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach ((RedisProcess process, _, string folder) in _sentinels)
        {
            await process.KillAsync().ConfigureAwait(false);
            Directory.Delete(folder, recursive: true);
        }

        await Replica.DisposeAsync().ConfigureAwait(false);
        await Primary.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AddSentinelAsync()
    {
        int port = LoopbackPort.Find();
        string folder = Directory.CreateTempSubdirectory("realtime-sentinel-").FullName;
        string file = Path.Combine(folder, "sentinel.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            port {port}
            bind 127.0.0.1
            dir {folder}
            sentinel monitor {Service} 127.0.0.1 {Primary.Port} 2
            sentinel down-after-milliseconds {Service} 1000
            sentinel failover-timeout {Service} 5000
            """)).ConfigureAwait(false);
        _sentinels.Add((await RedisProcess.StartAsync([file, "--sentinel"], "+monitor").ConfigureAwait(false), port, folder));
    }

    private Task<string> AskSentinelAsync(params string[] command) => RedisServer.AskAsync(_sentinels[0].Port, command);

    private async Task WaitAsync(Func<RedisSentinel, Task<bool>> holds)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        // Two minutes: Sentinels that were not run for a while trust nobody, themselves included, for half a minute (TILT).
        for (int attempt = 0; attempt < 1200; attempt++)
        {
            try
            {
                if (await holds(this).ConfigureAwait(false))
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

        throw new TimeoutException("The Sentinels have not agreed.");
    }
}

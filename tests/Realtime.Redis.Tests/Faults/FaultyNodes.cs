using Realtime.Core.Backplane;
using Realtime.Core.Sequencing;
using Realtime.Redis.Tests.Backplane;

namespace Realtime.Redis.Tests.Faults;

/// <summary>Nodes whose channels lose, double and delay messages, each by a seed of its own.</summary>
/// <remarks>Confined to one test class.</remarks>
public sealed class FaultyNodes : IAsyncDisposable
{
    private const double Part = 0.1; // of each fault: in three nodes hardly a publication is free of them

    private readonly List<FaultyChannel> _channels = [];
    private readonly List<ChannelFaults> _faults = [];

    internal int Count(Fate fate) => _faults.Sum(faults => faults.Count(fate));

    internal Task<IReadOnlyList<IBackplane>> CreateClusterAsync(RedisFixture redis, int nodes, RetentionLimits? limits = null)
    {
        // Nobody waits long for what was lost: that is what is tested here, not how long it takes.
        var options = new RedisBackplaneOptions { KeyPrefix = redis.NextPrefix(), FillTimeout = TimeSpan.FromMilliseconds(10), CheckInterval = TimeSpan.FromMilliseconds(200) };
        return Task.FromResult<IReadOnlyList<IBackplane>>([.. Enumerable.Range(0, nodes).Select(_ => RedisNodes.Create(OpenChannel(redis), options, limits))]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FaultyChannel channel in _channels)
        {
            await channel.DisposeAsync();
        }
    }

    private string OpenChannel(RedisFixture redis)
    {
        _faults.Add(new ChannelFaults(seed: _faults.Count, Part));
        _channels.Add(new FaultyChannel(redis.Server.Port, _faults[^1]));
        return _channels[^1].Configuration;
    }
}

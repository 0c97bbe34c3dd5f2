using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Core.Backplane;
using Realtime.Core.Sequencing;
using Realtime.Redis.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Backplane;

/// <summary>Makes backplanes of nodes, each with a connection of its own.</summary>
internal static class RedisNodes
{
    internal static RedisBackplane Create(string configuration, RedisBackplaneOptions options, RetentionLimits? limits = null) =>
        new(async () => await ConnectionMultiplexer.ConnectAsync(configuration), options, limits ?? new RetentionLimits(), TimeProvider.System, NullLoggerFactory.Instance);

    internal static Task<IReadOnlyList<IBackplane>> CreateClusterAsync(string configuration, string prefix, int nodes, RetentionLimits? limits = null)
    {
        var options = new RedisBackplaneOptions { KeyPrefix = prefix };
        return Task.FromResult<IReadOnlyList<IBackplane>>([.. Enumerable.Range(0, nodes).Select(_ => Create(configuration, options, limits))]);
    }
}

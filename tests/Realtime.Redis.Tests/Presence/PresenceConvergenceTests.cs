using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts.Presence;
using Realtime.Core.Presence;
using Realtime.Redis.Tests.Sessions;

namespace Realtime.Redis.Tests.Presence;

/// <summary>I11: whatever happens to nodes and to Redis, every node sees who is there on nodes that live, and nobody else, some rounds after it has become quiet.</summary>
public sealed class PresenceConvergenceTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Steps = 400;
    private static readonly string[] s_rooms = ["", "room", "other"];

    private readonly string _prefix = redis.NextPrefix();
    private readonly List<(ClusterNode Node, FakeTimeProvider Time)> _live = [];
    private readonly List<ClusterNode> _all = [];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task All_nodes_come_to_see_the_live_set(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 3; i++)
        {
            AddNode();
        }

        try
        {
            for (int step = 0; step < Steps; step++)
            {
                await StepAsync(random, _live[random.Next(_live.Count)]);
            }

            await SettleAsync();
            foreach (string room in s_rooms)
            {
                string[] expected = [.. _live.SelectMany(live => live.Node.Users.List(PresenceNode.Chat)).Where(user => user.Room == room).Select(static user => user.UserId).Distinct().Order(StringComparer.Ordinal)];
                foreach ((ClusterNode node, _) in _live)
                {
                    RoomPresence seen = await node.Users.ReadAsync(room);
                    Assert.Equal(expected, seen.Users.Order(StringComparer.Ordinal));
                    Assert.Equal(expected.Length, seen.Count);
                }
            }
        }
        finally
        {
            foreach (ClusterNode node in _all)
            {
                await node.DisposeAsync();
            }
        }
    }

    private async Task StepAsync(Random random, (ClusterNode Node, FakeTimeProvider Time) on)
    {
        switch (random.Next(100))
        {
            case < 50:
                on.Node.Users.Enter($"user{random.Next(12)}", s_rooms[random.Next(3)]);
                break;
            case < 85:
                on.Node.Users.Leave($"user{random.Next(12)}", s_rooms[random.Next(3)]);
                break;
            case < 92:
                await on.Node.WorkAsync();
                break;
            case < 95: // it is paused beyond its lease, and may go on before it knows
                await ForgetLeaseAsync(on.Node);
                on.Time.Advance(TimeSpan.FromMinutes(random.Next(2) * 9));
                break;
            case < 98: // it crashes, and another one is started
                await ForgetLeaseAsync(on.Node);
                _live.Remove(on);
                AddNode();
                break;
            case < 99: // Redis has lost everything
                await redis.Connection.GetDatabase().KeyDeleteAsync([.. redis.Connection.GetServers()[0].Keys(pattern: _prefix + ":*")]);
                break;
            default: // or what it had of one node
                await redis.Connection.GetDatabase().KeyDeleteAsync($"{_prefix}:{{/chat}}:p");
                break;
        }
    }

    // The leases of all that crashed are over, with those that they began with their last breath. Each lease that Redis has forgotten is found out, and begun anew; then two rounds of everybody.
    private async Task SettleAsync()
    {
        foreach (ClusterNode dead in _all.Except(_live.Select(static live => live.Node)))
        {
            await dead.Users.ReadAsync();
            await redis.Connection.GetDatabase().KeyDeleteAsync([.. redis.Connection.GetServers()[0].Keys(pattern: $"{_prefix}:lease:{dead.Lease.Name}.*")]);
        }

        foreach ((ClusterNode node, FakeTimeProvider time) in _live)
        {
            time.Advance(TimeSpan.FromMinutes(9));
            await node.WorkAsync();
        }

        foreach ((ClusterNode node, _) in _live.Concat(_live))
        {
            await node.WorkAsync();
        }
    }

    private async Task ForgetLeaseAsync(ClusterNode node)
    {
        if (node.Lease.Certain is { } incarnation)
        {
            await redis.Connection.GetDatabase().KeyDeleteAsync($"{_prefix}:lease:{incarnation}");
        }
    }

    private void AddNode()
    {
        var time = new FakeTimeProvider();
        var node = new ClusterNode(redis.Connection, _prefix, new StoppedTimers(time));
        _live.Add((node, time));
        _all.Add(node);
    }
}

using Realtime.RedisServers;

namespace Realtime.Redis.Tests.Attacks;

/// <summary>B1 with Sentinels that promote a replica which had not got everything.</summary>
#pragma warning disable CA1001 // Disposed of at the end of its lifetime.
public sealed class FailoverAttackTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private readonly AttackHandlers _handlers = new();
    private RedisSentinel _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisSentinel.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task B1_a_failover_that_lost_the_tail_begins_a_new_stream_and_clients_that_were_ahead_are_told()
    {
        await using Servers.ChatNode a = await StartAsync();
        await using Servers.ChatNode b = await StartAsync();
        using AttackClient client = await new AttackClient().ConnectAsync(a.Address);
        await client.JoinedAsync();
        await a.Server.Of("/").Sockets.Single().JoinAsync("room");
        await EmitAsync(b, 1, 3);
        await client.UntilAsync("e3");
        await _redis.DetachReplicaAsync();
        await EmitAsync(b, 4, 6);
        await client.UntilAsync("e6");

        await _redis.Primary.KillAsync();
        await _redis.WaitForPromotionAsync();
        await EmitAsync(b, 7, 9);

        await client.UntilAsync("e9");
        string[] heard = [.. client.Heard.Where(static text => text[0] == 'e' || text == "replaced(null)")]; // other streams have lost nothing
        Assert.Equal(["e1", "e2", "e3", "e4", "e5", "e6", "replaced(null)", "e7", "e8", "e9"], heard); // a client that trusts the numbers, which were given before, would drop the last three
    }

    // Each once, and patiently while there is no primary: what is given up may have been taken, and would be there twice when it is emitted again.
    private static async Task EmitAsync(Servers.ChatNode node, int first, int last)
    {
        for (int i = first; i <= last; i++)
        {
            await node.Server.Of("/").To("room").EmitAsync("e", i);
        }
    }

    // Calls wait twice as long as by default and no longer: one that waits for the dead primary goes to the new one only when it has failed.
    private Task<Servers.ChatNode> StartAsync() => Servers.ChatNode.StartAsync(
        _redis.Configuration + ",asyncTimeout=10000", "b1", _handlers.Define, configure: static options => options.Backplane.PublishTimeout = TimeSpan.FromMinutes(2));
}

using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests;

/// <summary>The servers that all other tests here stand on.</summary>
public sealed class RedisServerTests
{
    [Fact]
    public async Task A_server_that_restarts_with_its_data_has_it_and_without_has_not()
    {
        await using RedisServer server = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        Assert.Equal("1", await SetAsync(server));

        await server.RestartAsync(keepData: true);
        Assert.Equal("2", await SetAsync(server));

        await server.RestartAsync(keepData: false);
        Assert.Equal("1", await SetAsync(server));
    }

    private static async Task<string?> SetAsync(RedisServer server)
    {
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(server.Address + RedisFixture.PatientCalls);
        return (await connection.GetDatabase().StringIncrementAsync("count")).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}

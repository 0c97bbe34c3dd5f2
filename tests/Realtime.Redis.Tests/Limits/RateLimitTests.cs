using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Client;
using Realtime.Contracts;
using Realtime.Core.Limits;
using Realtime.Core.Protocol;
using Realtime.Redis.Limits;
using Realtime.Redis.Tests.Servers;
using Realtime.RedisServers;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Limits;

/// <summary>Allowances that a user has on all servers together.</summary>
public sealed class RateLimitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int Permits = 20;

    private static readonly RateLimitPolicy s_policy = new RateLimitPolicy("orders", Permits, TimeSpan.FromHours(1)).AcrossServers();
    private static readonly RealtimeEvent<int, bool> s_order = new("order");

    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task A_user_on_two_servers_may_do_as_much_as_on_one()
    {
        await using ChatNode a = await StartAsync();
        await using ChatNode b = await StartAsync();
        await using RealtimeClient here = await ConnectAsync(a, "ann");
        await using RealtimeClient there = await ConnectAsync(b, "ann");
        await using RealtimeClient other = await ConnectAsync(b, "bob");

        bool[] passed = await Task.WhenAll(Enumerable.Range(0, 2 * Permits).Select(i => OrderAsync(i % 2 == 0 ? here : there, i))).Within();
        Assert.Equal(Permits, passed.Count(static each => each));
        Assert.Equal(Permits, (await Task.WhenAll(Enumerable.Range(0, 2 * Permits).Select(i => OrderAsync(other, i))).Within()).Count(static each => each));

        await a.DisposeAsync();
        await using ChatNode c = await StartAsync();
        await using RealtimeClient again = await ConnectAsync(c, "ann");
        Assert.False(await OrderAsync(again, 0)); // a server that knows nothing of the user yet
    }

    [Fact]
    public async Task While_Redis_is_away_each_server_decides_and_afterwards_all_together_again()
    {
        await using RedisServer own = await RedisServer.StartAsync();
        await using ChatNode a = await StartAsync(own, meetsRedisAway: true);
        await using ChatNode b = await StartAsync(own, meetsRedisAway: true);
        await using RealtimeClient here = await ConnectAsync(a, "ann");
        await using RealtimeClient there = await ConnectAsync(b, "ann");

        await own.KillAsync();
        bool[] passed = await Task.WhenAll(Enumerable.Range(0, 4 * Permits).Select(i => OrderAsync(i % 2 == 0 ? here : there, i))).Within();
        Assert.Equal(2 * Permits, passed.Count(static each => each));

        // Redis has forgotten what there was; the servers have not. A third one knows of nothing but Redis.
        await own.RestartAsync(keepData: false);
        await using ChatNode c = await StartAsync(own);
        await using ChatNode d = await StartAsync(own);
        await using RealtimeClient third = await ConnectAsync(c, "ann");
        await using RealtimeClient fourth = await ConnectAsync(d, "ann");
        passed = await Task.WhenAll(Enumerable.Range(0, 2 * Permits).Select(i => OrderAsync(i % 2 == 0 ? third : fourth, i))).Within();
        Assert.Equal(Permits, passed.Count(static each => each));
    }

    [Fact]
    public async Task An_allowance_refills_on_the_clock_of_Redis_says_when_and_its_key_goes()
    {
        var store = new RedisRateLimitStore(redis.Connection, new RedisRateLimitOptions { Prefix = _prefix, Timeout = Bounded.Limit }, TimeProvider.System, NullLoggerFactory.Instance);
        RateLimitPolicy policy = new RateLimitPolicy("slow", 2, TimeSpan.FromHours(2)) with { Burst = 3 };
        IDatabase database = redis.Connection.GetDatabase();
        RedisKey key = $"{_prefix}:rate:4:slow:ann";
        for (int i = 0; i < policy.Burst; i++)
        {
            Assert.True((await store.AcquireAsync(policy, "ann", Bounded.Token())).IsGranted);
        }

        RateLimitAnswer refused = await store.AcquireAsync(policy, "ann", Bounded.Token());
        Assert.InRange(refused.RetryAfter!.Value, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(179), TimeSpan.FromHours(3));
        Assert.True((await store.AcquireAsync(policy, "bob", Bounded.Token())).IsGranted);

        // An hour later: the key says when all is there again.
        await database.StringSetAsync(key, (long)await database.StringGetAsync(key) - (3_600_000_000L + 1_000_000L), expiry: null, keepTtl: true);
        Assert.True((await store.AcquireAsync(policy, "ann", Bounded.Token())).IsGranted);
        Assert.True((await store.AcquireAsync(policy, "ann", Bounded.Token())).IsRefused);

        // The clock of Redis goes back by a year: nobody waits so long.
        await database.StringSetAsync(key, (long)await database.StringGetAsync(key) + (365L * 24 * 3_600_000_000L), expiry: null, keepTtl: true);
        Assert.InRange((await store.AcquireAsync(policy, "ann", Bounded.Token())).RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_Redis_that_does_not_answer_is_waited_for_once_and_asked_again_later()
    {
        await using RedisServer own = await RedisServer.StartAsync();
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(own.Address + RedisFixture.PatientCalls);
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var store = new RedisRateLimitStore(connection, new RedisRateLimitOptions { Prefix = _prefix }, time, NullLoggerFactory.Instance);
        Assert.True((await store.AcquireAsync(s_policy, "ann", Bounded.Token())).IsGranted);

        await own.PauseAsync();
        Task<RateLimitAnswer> waits = store.AcquireAsync(s_policy, "ann", Bounded.Token()).AsTask();
        time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(waits.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(RateLimitAnswer.Unknown, await waits.Within());
        Assert.True(store.AcquireAsync(s_policy, "ann", Bounded.Token()).IsCompleted); // at once

        await own.ContinueAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await store.AcquireAsync(s_policy, "ann", Bounded.Token())).IsGranted);
    }

    private static async Task<bool> OrderAsync(RealtimeClient client, int number)
    {
        try
        {
            return await client.EmitAsync(s_order, number);
        }
        catch (EmitRefusedException refused)
        {
            Assert.Equal("rate_limited", refused.RefusalCode);
            return false;
        }
    }

    // A server that is to ask Redis waits for it as long as a test does: with the default, half a second, a busy machine lets it decide by itself.
    private Task<ChatNode> StartAsync(RedisServer? server = null, bool meetsRedisAway = false) => ChatNode.StartAsync(
        server is null ? redis.Configuration : server.Address + RedisFixture.PatientCalls,
        _prefix,
        static space => space
            .Use(static (context, next) =>
            {
                context.Socket.UserId = context.Socket.GetAuth<Dictionary<string, JsonElement>>()!["user"].GetString();
                return next(context);
            })
            .On(s_order, static (_, _) => ValueTask.FromResult(true)).RateLimit(s_policy)
            .OnConnected(static socket => socket.EmitAsync("joined")),
        configure: options => options.RateLimits.Timeout = meetsRedisAway ? options.RateLimits.Timeout : Bounded.Limit);

    private static async Task<RealtimeClient> ConnectAsync(ChatNode node, string user)
    {
        RealtimeClient client = new RealtimeClientBuilder(node.Address)
            .WithAuth(_ => new ValueTask<object?>(new Dictionary<string, string> { ["user"] = user }))
            .Configure(static options =>
            {
                options.Transports = ClientTransports.WebSocket;
                options.Recovery.Enabled = false; // sessions wait for Redis, too: here only allowances are looked at
            })
            .Build();
        var joined = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.On("joined", _ =>
        {
            joined.TrySetResult();
            return default;
        });
        await client.ConnectAsync().Within();
        await joined.Task.Within(); // its rooms are entered: nothing of it waits for Redis any more
        return client;
    }
}

using Microsoft.Extensions.Time.Testing;
using Realtime.Contracts.Idempotency;
using Realtime.Core.Idempotency;
using Realtime.Redis.Idempotency;
using StackExchange.Redis;

namespace Realtime.Redis.Tests.Idempotency;

public sealed class RedisIdempotencyStoreTests(RedisFixture redis) : IdempotencyStoreContract, IClassFixture<RedisFixture>
{
    private readonly FakeTimeProvider _time = new();
    private readonly string _prefix = redis.NextPrefix();

    [Fact]
    public async Task Every_key_expires()
    {
        RedisIdempotencyStore store = Create(new IdempotencyOptions());
        IdempotencyClaim claim = await store.ClaimAsync("done", TimeSpan.FromSeconds(30), takeOver: false, default);
        await store.CompleteAsync("done", claim.Fence, new byte[] { 1 }, default);
        claim = await store.ClaimAsync("released", TimeSpan.FromSeconds(30), takeOver: false, default);
        await store.ReleaseAsync("released", claim.Fence, default);
        await store.ClaimAsync("running", TimeSpan.FromSeconds(30), takeOver: false, default);
        foreach (string key in (string[])["done", "released", "running"])
        {
            Assert.NotNull(await redis.Connection.GetDatabase().KeyTimeToLiveAsync($"{_prefix}:idempotency:{key}"));
        }
    }

    protected override Task<IIdempotencyStore> CreateStoreAsync(IdempotencyOptions options) => Task.FromResult<IIdempotencyStore>(Create(options));

    protected override async Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        IDatabase database = redis.Connection.GetDatabase();
        await foreach (RedisKey key in redis.Connection.GetServers()[0].KeysAsync(pattern: _prefix + ":idempotency:*"))
        {
            if (await database.HashExistsAsync(key, "l"))
            {
                await database.HashDecrementAsync(key, "l", (long)time.TotalMilliseconds);
            }

            TimeSpan left = await database.KeyTimeToLiveAsync(key) ?? TimeSpan.Zero;
            await database.KeyExpireAsync(key, left > time ? left - time : TimeSpan.Zero);
        }
    }

    private RedisIdempotencyStore Create(IdempotencyOptions options) => new(redis.Connection, options, new RedisIdempotencyOptions { Prefix = _prefix }, _time);
}

using System.Security.Cryptography;
using Realtime.Core.Idempotency;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Idempotency;

/// <summary>Keeps results in Redis: known to all servers that share it, for <see cref="IdempotencyOptions.Retention"/>.</summary>
/// <remarks>
/// <para>Thread-safe. Each member is one script on one key; keys spread over a cluster. Leases run on the clock of Redis.</para>
/// <para>
/// A member that fails does so with a <see cref="RedisUnavailableException"/>. Never <see cref="IdempotencyState.Full"/>: <see cref="IdempotencyOptions.MaxKeys"/> and
/// <see cref="IdempotencyOptions.MaxBytes"/> do not count here. Bound the memory of Redis, with the policy <c>noeviction</c>: a claim then fails, and the work is not done.
/// </para>
/// </remarks>
public sealed class RedisIdempotencyStore : IIdempotencyStore
{
    // A message of Redis can be lost: whoever waits looks again.
    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_releasedMemory = TimeSpan.FromMinutes(10);
    private static readonly string s_script = RedisScript.Read("idempotency.lua");

    private readonly IConnectionMultiplexer _connection;
    private readonly RedisCalls _calls;
    private readonly TimeProvider _timeProvider;
    private readonly string _prefix;
    private readonly TimeSpan _retention;

    /// <summary>Creates a store. Redis is called when it is used.</summary>
    /// <param name="connection">The connections to Redis.</param>
    /// <param name="results">What every store is told. Read once.</param>
    /// <param name="options">What this one is told. Read once.</param>
    /// <param name="timeProvider">The clock for waits.</param>
    public RedisIdempotencyStore(IConnectionMultiplexer connection, IdempotencyOptions results, RedisIdempotencyOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _connection = connection;
        _calls = new RedisCalls(connection, options.Retries, timeProvider);
        _timeProvider = timeProvider;
        _prefix = options.Prefix;
        _retention = results.Retention;
    }

    /// <inheritdoc />
    public async ValueTask<IdempotencyClaim> ClaimAsync(string key, TimeSpan lease, bool takeOver, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var answer = (RedisResult[])(await CallAsync(
            key, cancellationToken, "claim", Milliseconds(lease), takeOver ? 1 : 0, Milliseconds(_retention), NewToken(), Channel(key).ToString()).ConfigureAwait(false))!;
        IdempotencyState state = (string)answer[0]! switch
        {
            "claimed" => IdempotencyState.Claimed,
            "running" => IdempotencyState.Running,
            "completed" => IdempotencyState.Completed,
            _ => IdempotencyState.Unknown,
        };
        return new IdempotencyClaim(state, (long)answer[1], answer.Length > 2 ? (ReadOnlyMemory<byte>)(RedisValue)answer[2] : default);
    }

    /// <inheritdoc />
    public async ValueTask<bool> RenewAsync(string key, long fence, TimeSpan lease, CancellationToken cancellationToken) =>
        (bool)await CallAsync(key, cancellationToken, "renew", fence, Milliseconds(lease), Milliseconds(_retention)).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<bool> CompleteAsync(string key, long fence, ReadOnlyMemory<byte> result, CancellationToken cancellationToken) =>
        (bool)await CallAsync(key, cancellationToken, "complete", fence, result, Milliseconds(_retention), Channel(key).ToString()).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask<bool> ReleaseAsync(string key, long fence, CancellationToken cancellationToken) =>
        (bool)await CallAsync(key, cancellationToken, "release", fence, Milliseconds(s_releasedMemory), NewToken(), Channel(key).ToString()).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask WaitAsync(string key, long fence, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ISubscriber subscriber = _connection.GetSubscriber();
        long start = _timeProvider.GetTimestamp();
        void OnEnded(RedisChannel channel, RedisValue of) => _ = of == fence && ended.TrySetResult();
        RedisChannel channel = Channel(key);
        try
        {
            await _calls.CallAsync(async _ =>
            {
                await subscriber.SubscribeAsync(channel, OnEnded).ConfigureAwait(false);
                return true;
            }).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            for (TimeSpan left = timeout; left > TimeSpan.Zero && await IsHeldAsync(key, fence, cancellationToken).ConfigureAwait(false); left = timeout - _timeProvider.GetElapsedTime(start))
            {
                if (await WaitAsync(ended.Task, left < s_lookInterval ? left : s_lookInterval, cancellationToken).ConfigureAwait(false))
                {
                    return;
                }
            }
        }
        finally
        {
            await subscriber.UnsubscribeAsync(channel, OnEnded, CommandFlags.FireAndForget).ConfigureAwait(false);
        }
    }

    private static long Milliseconds(TimeSpan time) => Math.Max(1, (long)time.TotalMilliseconds);

    // Tells a repeated call from another one.
    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private RedisKey Key(string key) => $"{_prefix}:idempotency:{key}";

    private RedisChannel Channel(string key) => RedisChannel.Literal($"{_prefix}:idempotency:{key}");

    private async Task<bool> WaitAsync(Task ended, TimeSpan time, CancellationToken cancellationToken)
    {
        try
        {
            await ended.WaitAsync(time, _timeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async ValueTask<bool> IsHeldAsync(string key, long fence, CancellationToken cancellationToken)
    {
        RedisKey name = Key(key);
        RedisValue[] found = await _calls.CallAsync(database => database.HashGetAsync(name, ["f", "l"], CommandFlags.DemandMaster)).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        return found[0] == fence && !found[1].IsNull;
    }

    private Task<RedisResult> CallAsync(string key, CancellationToken cancellationToken, params RedisValue[] arguments)
    {
        ArgumentNullException.ThrowIfNull(key);
        RedisKey[] keys = [Key(key)];
        return _calls.CallAsync(database => database.ScriptEvaluateAsync(s_script, keys, arguments)).AsTask().WaitAsync(cancellationToken);
    }
}

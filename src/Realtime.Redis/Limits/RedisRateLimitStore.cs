using Microsoft.Extensions.Logging;
using Realtime.Core.Limits;
using Realtime.Redis.Scripts;
using StackExchange.Redis;

namespace Realtime.Redis.Limits;

/// <summary>Keeps allowances in Redis: one key for each policy and user, which goes when the allowance is full again.</summary>
/// <remarks>
/// <para>Thread-safe. One script on one key, on the clock of Redis; keys spread over a cluster. Calls are not repeated: a second one would take a second permit.</para>
/// <para>While Redis is away the answer is <see cref="RateLimitAnswer.Unknown"/>: the allowance of each server decides, so a user may do as much on each of them.</para>
/// </remarks>
internal sealed class RedisRateLimitStore : IRateLimitStore
{
    private static readonly string s_script = RedisScript.Read("take.lua");

    private readonly IConnectionMultiplexer _connection;
    private readonly RedisCalls _calls;
    private readonly RedisRateLimitOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private long _askAgain; // a timestamp; before it nobody asks. A race sets it twice to nearly the same.

    internal RedisRateLimitStore(IConnectionMultiplexer connection, RedisRateLimitOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
    {
        _connection = connection;
        _calls = new RedisCalls(connection, retries: 0, timeProvider);
        _options = options;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Realtime.Redis");
        _askAgain = timeProvider.GetTimestamp();
    }

    public async ValueTask<RateLimitAnswer> AcquireAsync(RateLimitPolicy policy, string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policy);
        if (!_connection.IsConnected || _timeProvider.GetTimestamp() < Volatile.Read(ref _askAgain))
        {
            return RateLimitAnswer.Unknown;
        }

        double perPermit = Math.Max(1, policy.Period.TotalMicroseconds / policy.Permits);
        RedisKey[] keys = [$"{_options.Prefix}:rate:{policy.Name.Length}:{policy.Name}:{key}"]; // the length keeps the parts apart
        RedisValue[] arguments = [(long)perPermit, (long)(perPermit * policy.Burst)];
        try
        {
            long wait = (long)await _calls.CallAsync(database => database.ScriptEvaluateAsync(s_script, keys, arguments)).AsTask()
                .WaitAsync(_options.Timeout, _timeProvider, cancellationToken).ConfigureAwait(false);
            return wait == 0 ? RateLimitAnswer.Granted : RateLimitAnswer.Refused(TimeSpan.FromMicroseconds(wait));
        }
        catch (Exception exception) when (exception is RedisUnavailableException or TimeoutException)
        {
            RedisRateLimitLog.Away(_logger, exception);
            Volatile.Write(ref _askAgain, _timeProvider.GetTimestamp() + (long)(_options.RetryInterval.TotalSeconds * _timeProvider.TimestampFrequency));
            return RateLimitAnswer.Unknown;
        }
    }
}

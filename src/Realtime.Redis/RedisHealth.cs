using StackExchange.Redis;

namespace Realtime.Redis;

/// <summary>Tells whether Redis answers.</summary>
internal static class RedisHealth
{
    // Longer than a Redis that works ever takes, shorter than those who ask for the health of a server wait.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    /// <summary>Asks it: a connection may look open for a minute while nobody is there. On a cluster any of its servers answers.</summary>
    internal static async ValueTask<bool> AnswersAsync(IConnectionMultiplexer? connection, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (connection is not { IsConnected: true })
        {
            return false;
        }

        try
        {
            await connection.GetDatabase().PingAsync().WaitAsync(s_timeout, timeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (RedisFailures.IsExpected(exception))
        {
            return false;
        }
    }
}

namespace Realtime.Redis;

/// <summary>Redis could not be reached, did not answer in time, or could not do what it was asked for now. Whether it was done is unknown.</summary>
/// <remarks>
/// What was asked for may be asked for again. The exception of the Redis client is not kept: its text names keys, and keys of sessions are secrets. Its kind is in the message.
/// </remarks>
public sealed class RedisUnavailableException : Exception
{
    /// <summary>Creates one.</summary>
    public RedisUnavailableException()
        : this("Redis is not available.")
    {
    }

    /// <summary>Creates one with a message.</summary>
    /// <param name="message">What was not possible, without keys.</param>
    public RedisUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one with the exception that it comes from.</summary>
    /// <param name="message">What was not possible, without keys.</param>
    /// <param name="innerException">The cause. Its text must not name keys.</param>
    public RedisUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

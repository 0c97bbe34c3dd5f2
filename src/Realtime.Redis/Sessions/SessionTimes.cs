using Realtime.Core.Sessions;
using StackExchange.Redis;

namespace Realtime.Redis.Sessions;

/// <summary>For how long things of sessions are kept.</summary>
/// <remarks>Immutable.</remarks>
internal sealed class SessionTimes
{
    internal SessionTimes(SessionOptions sessions, RedisSessionOptions options)
    {
        Window = sessions.Window;
        Yield = sessions.YieldTimeout;
        Live = sessions.Window + (3 * sessions.TouchInterval);
        Asking = (sessions.YieldTimeout > options.Lease ? sessions.YieldTimeout : options.Lease) + options.Lease;
    }

    /// <summary>Gets the resume window.</summary>
    internal TimeSpan Window { get; }

    /// <summary>Gets how long an owner that lives has to yield.</summary>
    internal TimeSpan Yield { get; }

    /// <summary>Gets how long a live session is kept without a touch.</summary>
    internal TimeSpan Live { get; }

    /// <summary>Gets how long a claim waits at most for the owner before: until it yields, or its lease is over.</summary>
    internal TimeSpan Asking { get; }

    internal void CopyTo(RedisValue[] arguments)
    {
        arguments[0] = Milliseconds(Live);
        arguments[1] = Milliseconds(Window);
        arguments[2] = Milliseconds(Asking);
    }

    internal static long Milliseconds(TimeSpan time) => Math.Max(1, (long)time.TotalMilliseconds);
}

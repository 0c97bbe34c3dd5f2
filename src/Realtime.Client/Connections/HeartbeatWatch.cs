using Realtime.Core.Framing;

namespace Realtime.Client.Connections;

/// <summary>Ends a session whose server has fallen silent: no ping within interval + timeout of the last one, by the server's own figures.</summary>
/// <remarks>Thread-safe. While nothing is read because handlers are behind, a ping may lie unread in front of us, so time does not count.</remarks>
internal sealed class HeartbeatWatch : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly ITimer _timer;
    private int _paused;
    private int _pauses;

    internal HeartbeatWatch(HandshakeInfo handshake, Action onSilence, TimeProvider timeProvider)
    {
        _longest = handshake.PingInterval + handshake.PingTimeout;
        _timer = timeProvider.CreateTimer(static callback => ((Action)callback!)(), onSilence, _longest, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gets a value indicating whether nothing is read for now.</summary>
    internal bool IsPaused => Volatile.Read(ref _paused) > 0;

    /// <summary>Gets a number that changes whenever reading stops or goes on.</summary>
    internal int Pauses => Volatile.Read(ref _pauses);

    /// <summary>A ping has come.</summary>
    internal void Restart() => _timer.Change(_longest, Timeout.InfiniteTimeSpan);

    /// <summary>Nothing is read for now.</summary>
    internal void Pause()
    {
        Interlocked.Increment(ref _pauses);
        Interlocked.Increment(ref _paused);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Reading goes on.</summary>
    internal void Resume()
    {
        Interlocked.Increment(ref _pauses); // before and after: who was told of the pause in its middle learns of its end
        Interlocked.Decrement(ref _paused);
        Restart();
    }

    public void Dispose() => _timer.Dispose();
}

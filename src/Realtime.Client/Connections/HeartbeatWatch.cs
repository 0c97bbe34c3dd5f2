using Realtime.Core.Framing;

namespace Realtime.Client.Connections;

/// <summary>Ends a session whose server has fallen silent: no ping within interval + timeout of the last one, by the server's own figures.</summary>
/// <remarks>Thread-safe. While nothing is read because handlers are behind, a ping may lie unread in front of us, so time does not count.</remarks>
internal sealed class HeartbeatWatch : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly ITimer _timer;

    internal HeartbeatWatch(HandshakeInfo handshake, Action onSilence, TimeProvider timeProvider)
    {
        _longest = handshake.PingInterval + handshake.PingTimeout;
        _timer = timeProvider.CreateTimer(static callback => ((Action)callback!)(), onSilence, _longest, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A ping has come, or reading goes on.</summary>
    internal void Restart() => _timer.Change(_longest, Timeout.InfiniteTimeSpan);

    /// <summary>Nothing is read for now.</summary>
    internal void Suspend() => _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer.Dispose();
}

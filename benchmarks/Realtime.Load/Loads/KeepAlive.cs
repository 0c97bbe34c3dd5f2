using System.Diagnostics;
using Realtime.Load.Dialects;
using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>The pings that a client sends by itself, spread evenly over the interval.</summary>
internal sealed class KeepAlive(IDialect dialect, IReadOnlyList<Connection> connections)
{
    private long _last = Stopwatch.GetTimestamp();
    private double _due;
    private int _next;

    public void SendDue()
    {
        if (dialect.KeepAlive.IsEmpty)
        {
            return;
        }

        var now = Stopwatch.GetTimestamp();
        var interval = dialect.PingInterval.TotalSeconds * Stopwatch.Frequency;
        _due += (now - _last) / interval * connections.Count;
        _last = now;
        for (; _due >= 1; _due--)
        {
            _next = (_next + 1) % connections.Count;
            if (connections[_next].IsReady)
            {
                connections[_next].Send(dialect.KeepAlive.Span);
            }
        }
    }
}

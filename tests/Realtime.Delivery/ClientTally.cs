using System.Diagnostics;

namespace Realtime.Delivery;

/// <summary>What a client has done and seen.</summary>
/// <remarks>Thread-safe by interlocked counters.</remarks>
internal sealed class ClientTally
{
    internal long Sent;
    internal long Open;
    internal long Acked;
    internal long Unknown;
    internal long TimedOut;
    internal long Refused;
    internal long Received;
    internal long Resumes;
    internal long Sessions;
    internal long Gaps;
    internal long LastSeen = Stopwatch.GetTimestamp();
    internal string? Unexpected;

    internal void See() => Interlocked.Exchange(ref LastSeen, Stopwatch.GetTimestamp());
}

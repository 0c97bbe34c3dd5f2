using System.Runtime.InteropServices;

namespace Realtime.Load.Network;

/// <summary>The kernel's <c>struct timespec</c> on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpec(long seconds, long nanoseconds)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly long _seconds = seconds;
    private readonly long _nanoseconds = nanoseconds;

    public long TotalNanoseconds => (_seconds * NanosecondsPerSecond) + _nanoseconds;

    public static TimeSpec FromNanoseconds(long nanoseconds) => new(nanoseconds / NanosecondsPerSecond, nanoseconds % NanosecondsPerSecond);
}

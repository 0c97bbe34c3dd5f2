using System.Runtime.InteropServices;

namespace Realtime.Load.Network;

/// <summary>The few system calls of the hot path, without the layers of <c>Socket</c>: the generator has one core and must outrun the server.</summary>
internal static unsafe partial class LinuxCalls
{
    public const uint ReadableEdge = 0x001 | 0x2000 | (1u << 31);
    public const int AddToEpoll = 1;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int Again = 11;
    public const int Interrupted = 4;
    public const int SetTimerSlack = 29;

    [LibraryImport("libc", EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* registration);

    [LibraryImport("libc", EntryPoint = "epoll_pwait2")]
    public static partial int EpollWait(int epoll, byte* events, int capacity, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int ControlProcess(int option, nuint value, nuint unused1, nuint unused2, nuint unused3);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ReadClock(int clock, TimeSpec* value);

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* buffer, nuint length, int flags);

    [SuppressGCTransition]
    [LibraryImport("libc", EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* buffer, nuint length, int flags);
}

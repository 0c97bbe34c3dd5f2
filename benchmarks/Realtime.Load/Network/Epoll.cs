using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realtime.Load.Network;

/// <summary>One epoll instance, edge-triggered, that names each ready descriptor by the number it was registered with.</summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int Capacity = 512;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventSize - sizeof(long);

    private readonly int _descriptor;
    private readonly byte[] _events = GC.AllocateArray<byte>(Capacity * EventSize, pinned: true);

    public Epoll()
    {
        _descriptor = LinuxCalls.EpollCreate(0);
        if (_descriptor < 0)
        {
            throw new LoadFailure("epoll_create1 failed");
        }

        // The default slack of 50 us would blur an open loop that sends every 100 us.
        _ = LinuxCalls.ControlProcess(LinuxCalls.SetTimerSlack, 1, 0, 0, 0);
    }

    public void Add(int descriptor, int number)
    {
        var registration = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(registration, 4), LinuxCalls.ReadableEdge);
        BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(registration + DataOffset, 8), number);
        if (LinuxCalls.EpollControl(_descriptor, LinuxCalls.AddToEpoll, descriptor, registration) != 0)
        {
            throw new LoadFailure("epoll_ctl failed");
        }
    }

    public int Wait(long nanoseconds)
    {
        var timeout = TimeSpec.FromNanoseconds(Math.Max(0, nanoseconds));
        fixed (byte* events = _events)
        {
            var ready = LinuxCalls.EpollWait(_descriptor, events, Capacity, &timeout, null);
            if (ready < 0 && Marshal.GetLastSystemError() != LinuxCalls.Interrupted)
            {
                throw new LoadFailure("epoll_pwait2 failed (Linux 5.11 and glibc 2.35 are needed)");
            }

            return Math.Max(0, ready);
        }
    }

    public int NumberAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((index * EventSize) + DataOffset));

    public void Dispose() => _ = LinuxCalls.Close(_descriptor);
}

using System.Runtime.InteropServices;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;

namespace Realtime.Core.Connections;

/// <summary>How many packets one send has cost, to be counted when no lock is held.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct DroppedPackets
{
    private int _volatile;
    private int _oldest;
    private int _sameKey;

    internal void Count(PacketShedding shedding)
    {
        switch (shedding)
        {
            case PacketShedding.Volatile:
                _volatile++;
                break;
            case PacketShedding.Oldest:
                _oldest++;
                break;
            case PacketShedding.SameKey:
                _sameKey++;
                break;
        }
    }

    /// <summary>Tells the meter. Its listeners are user code, so no lock may be held.</summary>
    internal readonly void Report(Connection connection)
    {
        if ((_volatile | _oldest | _sameKey) == 0)
        {
            return;
        }

        RealtimeMeter meter = connection.Engine.Meter;
        Report(meter, _volatile, "drop_volatile_first");
        Report(meter, _oldest, "drop_oldest");
        Report(meter, _sameKey, "conflate");
    }

    private static void Report(RealtimeMeter meter, int count, string policy)
    {
        if (count > 0)
        {
            meter.MessagesDropped(count, policy);
        }
    }
}

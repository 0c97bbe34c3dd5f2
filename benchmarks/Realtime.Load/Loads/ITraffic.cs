using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>What a load does with what arrives.</summary>
internal interface ITraffic
{
    void OnAck(Connection connection, int id, ReadOnlySpan<byte> argument);

    void OnEvent(Connection connection, ReadOnlySpan<byte> argument);

    /// <summary>The end of what one read brought: the moment to send several requests at once.</summary>
    void OnReadEnd(Connection connection);
}

namespace Realtime.Load.Network;

/// <summary>What a connection tells: the upgrade, each whole message, and the end of what one read brought.</summary>
internal interface IConnectionHandler
{
    void OnUpgraded(Connection connection);

    void OnMessage(Connection connection, ReadOnlySpan<byte> message);

    void OnReadEnd(Connection connection);
}

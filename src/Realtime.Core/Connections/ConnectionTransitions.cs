using static Realtime.Core.Connections.ConnectionEvent;
using static Realtime.Core.Connections.ConnectionState;

namespace Realtime.Core.Connections;

/// <summary>The state table of a connection: pure, so that every row can be tested.</summary>
internal static class ConnectionTransitions
{
    /// <summary>Gives the state that follows. The same state means that the event does not apply and must have no effect.</summary>
    internal static ConnectionState Next(ConnectionState state, ConnectionEvent happened) => (state, happened) switch
    {
        (Open, UpgradeStarted) => Upgrading,
        (Upgrading, UpgradeConfirmed) => Open,
        (Upgrading, UpgradeFailed) => Open,
        (Open or Upgrading, CloseRequested) => Closing,
        (Open or Upgrading or Closing, TransportEnded) => Closed,
        _ => state,
    };
}

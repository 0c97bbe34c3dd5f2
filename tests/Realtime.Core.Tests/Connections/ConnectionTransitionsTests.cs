using Realtime.Core.Connections;
using static Realtime.Core.Connections.ConnectionEvent;
using static Realtime.Core.Connections.ConnectionState;

namespace Realtime.Core.Tests.Connections;

public sealed class ConnectionTransitionsTests
{
    private static readonly Dictionary<(ConnectionState, ConnectionEvent), ConnectionState> s_moves = new()
    {
        [(Open, UpgradeStarted)] = Upgrading,
        [(Open, CloseRequested)] = Closing,
        [(Open, TransportEnded)] = Closed,
        [(Upgrading, UpgradeConfirmed)] = Open,
        [(Upgrading, UpgradeFailed)] = Open,
        [(Upgrading, CloseRequested)] = Closing,
        [(Upgrading, TransportEnded)] = Closed,
        [(Closing, TransportEnded)] = Closed,
    };

    [Fact]
    public void Every_state_and_event_has_its_row()
    {
        foreach (ConnectionState state in Enum.GetValues<ConnectionState>())
        {
            foreach (ConnectionEvent happened in Enum.GetValues<ConnectionEvent>())
            {
                ConnectionState expected = s_moves.GetValueOrDefault((state, happened), state);
                Assert.True(expected == ConnectionTransitions.Next(state, happened), $"{state} + {happened} must lead to {expected}");
            }
        }
    }

    [Fact]
    public void Nothing_leads_out_of_closed() =>
        Assert.All(Enum.GetValues<ConnectionEvent>(), happened => Assert.Equal(Closed, ConnectionTransitions.Next(Closed, happened)));
}

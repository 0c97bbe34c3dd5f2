using Realtime.Core.Transports;

namespace Realtime.Client.Transports;

/// <summary>Which transport a connection begins with, by the options and by what worked before.</summary>
/// <remarks>Confined to the reconnect loop, but for <see cref="Remember"/>, which may come from an upgrade.</remarks>
internal sealed class TransportChoice(ClientTransports transports)
{
    private volatile string? _remembered;

    internal bool AllowsUpgrade => transports is ClientTransports.Automatic or ClientTransports.PollingWithUpgrade;

    /// <summary>Gets the transports to try in one attempt, in order.</summary>
    internal string[] Candidates => transports switch
    {
        ClientTransports.WebSocket => [TransportNames.WebSocket],
        ClientTransports.Polling => [TransportNames.Polling],
        ClientTransports.PollingWithUpgrade => _remembered == TransportNames.WebSocket ? [TransportNames.WebSocket, TransportNames.Polling] : [TransportNames.Polling],
        _ => _remembered == TransportNames.Polling ? [TransportNames.Polling, TransportNames.WebSocket] : [TransportNames.WebSocket, TransportNames.Polling],
    };

    /// <summary>Notes what a connection works on.</summary>
    internal void Remember(string transport) => _remembered = transport;
}

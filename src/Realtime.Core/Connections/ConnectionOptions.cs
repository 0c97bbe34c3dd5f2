using Realtime.Core.Transports;

namespace Realtime.Core.Connections;

/// <summary>How connections behave, whatever carries them.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Gets the heartbeat.</summary>
    public HeartbeatOptions Heartbeat { get; } = new();

    /// <summary>Gets the transports that clients may use, in order of preference from the first to the best.</summary>
    /// <value>Default polling and websocket. A transport of your own goes by its own name.</value>
    public IList<string> Transports { get; } = [TransportNames.Polling, TransportNames.WebSocket];

    /// <summary>Gets or sets a value indicating whether clients are told that they may upgrade to a better transport.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool AllowUpgrades { get; set; } = true;

    /// <summary>Gets or sets how long an upgrade may take before the second transport is dropped. The connection stays on the first.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how long a connection may stay without joining a namespace.</summary>
    /// <value>Default 45 s.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Gets or sets how long a client of the raw WebSocket protocol may take to join its first namespace: its first message authenticates it.</summary>
    /// <value>Default 5 s: a client has what it needs at hand when it connects, and nobody may hold a connection without saying who it is.</value>
    public TimeSpan AuthenticationTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long an orderly close waits for the client to fetch what was sent before.</summary>
    /// <value>Default 30 s: a polling client may be between two requests.</value>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the largest message that is accepted, in bytes: a WebSocket message or the body of a POST.</summary>
    /// <value>Default 1,000,000. A larger one closes a WebSocket with 1009 and is answered with 413 on polling.</value>
    public int MaxMessageBytes { get; set; } = 1_000_000;

    /// <summary>Gets or sets how many unsent bytes a connection may have before it is closed for reading too slowly.</summary>
    /// <value>Default 1 MiB. One message is always accepted by an empty queue, whatever its size.</value>
    public long MaxBufferedBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how many connections the server may have. One more is refused before anything is made for it, with 503 over HTTP.</summary>
    /// <value>Default <see langword="null"/>: no limit. Set it to what the memory of the machine holds, about 20 KB for each idle connection.</value>
    public int? MaxConnections { get; set; }

    /// <summary>Gets or sets how many connections may come from one address; of IPv6 the first 64 bits count. One more is refused with 429 over HTTP.</summary>
    /// <value>
    /// Default <see langword="null"/>: no limit, because a company or a mobile network may stand behind one address. Behind a proxy the forwarded headers middleware
    /// has to tell the addresses, or all clients have the one of the proxy.
    /// </value>
    public int? MaxConnectionsPerAddress { get; set; }
}

namespace Realtime.Forwarding;

/// <summary>How the servers of a cluster hand requests on to each other.</summary>
public sealed class RequestForwardingOptions
{
    /// <summary>Gets or sets where the other servers reach this one, without the path of the endpoint: <c>http://10.0.0.11:8080</c>.</summary>
    /// <value>No default: a server behind a load balancer does not know it.</value>
    public Uri? Address { get; set; }

    /// <summary>Gets or sets how long connecting to another server may take. One that does not answer until then is taken for gone, and the client begins anew.</summary>
    /// <value>Default 5 s: the others are in the same network.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long nothing may go through before a request that was handed on is given up.</summary>
    /// <value>Default 100 s. Has to be longer than the heartbeat: a poll is held for up to 25 s, and 25 s may pass without a byte on a WebSocket.</value>
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromSeconds(100);
}

namespace Realtime.Redis.SocketIO;

/// <summary>The options of <c>AddSocketIORedisAdapter</c>. Those that Node has are to be the same on all nodes.</summary>
/// <remarks>Not thread-safe. Read once, when the server is built.</remarks>
public sealed class SocketIORedisAdapterOptions
{
    /// <summary>Gets or sets what the names of all channels begin with: <c>key</c> of the classic adapter, <c>channelPrefix</c> of the sharded one. Default <c>socket.io</c>, as there.</summary>
    public string Key { get; set; } = "socket.io";

    /// <summary>
    /// Gets or sets how long answers of other nodes are waited for, where nothing else is said. Default 5 s, as on Node: a node that died is counted until Redis has noticed it, and
    /// everything that asks it lasts that long.
    /// </summary>
    public TimeSpan RequestsTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets a value indicating whether answers go to the node that asked only, instead of to all. Default <see langword="false"/>, as on Node. Classic only.</summary>
    public bool PublishOnSpecificResponseChannel { get; set; }

    /// <summary>Gets or sets the protocol. Default <see cref="SocketIORedisMode.Classic"/>.</summary>
    public SocketIORedisMode Mode { get; set; }

    /// <summary>Gets or sets which rooms have channels. Default <see cref="SocketIORedisSubscriptionMode.Dynamic"/>, as on Node. Sharded only.</summary>
    public SocketIORedisSubscriptionMode SubscriptionMode { get; set; }

    /// <summary>Gets or sets how many questions to other nodes may be open in one namespace. One more fails. Default 10 000: memory is bounded also while no node answers.</summary>
    public int MaxPendingRequests { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets how many messages of one subscription may wait to be applied. Behind that the oldest are dropped and it is logged: nothing here is delivered more than at most once.
    /// Default 100 000: more than a short pause of the process lets pile up.
    /// </summary>
    public int MaxWaitingMessages { get; set; } = 100_000;

    /// <summary>Gets or sets how long a message of another node may be, in bytes. Longer ones are dropped and it is logged. Default 64 MiB: reading one takes several times that memory.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestsTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingRequests, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWaitingMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1);
    }
}

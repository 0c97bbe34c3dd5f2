using System.Text.Json;
using Realtime.Core.Authentication;
using Realtime.Core.Connections;
using Realtime.Core.Idempotency;
using Realtime.Core.Limits;
using Realtime.Core.Namespaces.Recovery;
using Realtime.Core.Presence;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;

namespace Realtime.Core.Hosting;

/// <summary>The options of a server. Checked at start-up: one that cannot work is refused with a message that names it.</summary>
public sealed class RealtimeOptions
{
    /// <summary>Gets how connections behave.</summary>
    public ConnectionOptions Connections { get; } = new();

    /// <summary>Gets the heartbeat; the same as <c>Connections.Heartbeat</c>.</summary>
    public HeartbeatOptions Heartbeat => Connections.Heartbeat;

    /// <summary>Gets how publications to large rooms are spread.</summary>
    public FanOutOptions FanOut { get; } = new();

    /// <summary>Gets or sets what packets are accepted.</summary>
    /// <value>Default: 10 attachments, 512 levels of nesting, names of events up to 256 bytes.</value>
    public PacketLimits PacketLimits { get; set; } = PacketLimits.Default;

    /// <summary>Gets or sets the codec. All clients of the server must use the same.</summary>
    /// <value>Default: the codec that Socket.IO clients use unless told otherwise.</value>
    public IPacketCodec Codec { get; set; } = JsonPacketCodec.Instance;

    /// <summary>Gets the options of payloads, by which they are also checked: see <see cref="PayloadSerializer.CreateOptions"/>. Put your source-generated context into its resolver when the application is trimmed or compiled ahead of time.</summary>
    public JsonSerializerOptions Json { get; } = PayloadSerializer.CreateOptions();

    /// <summary>Gets or sets how long an acknowledgement is waited for when the emit says nothing.</summary>
    /// <value>Default 30 s: longer than a client needs to be found dead, so that "gone" is told rather than "timeout".</value>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets a value indicating whether a client is told of a refused event that asked for no acknowledgement, by the event <c>$rt:error</c>.
    /// Without it such an event is dropped silently.
    /// </summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool SendErrorEvents { get; set; } = true;

    /// <summary>Gets or sets how many events of one connection may wait for their handlers, over all its namespaces, before reading stops.</summary>
    /// <value>Default 128. Acknowledgements and heartbeats do not wait.</value>
    public int MaxWaitingEvents { get; set; } = 128;

    /// <summary>Gets how much one client, user or address may take of the server.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Gets how the results of events that are handled once are kept.</summary>
    public IdempotencyOptions Idempotency { get; } = new();

    /// <summary>Gets how the presence of users is told.</summary>
    public PresenceOptions Presence { get; } = new();

    /// <summary>Gets how clients recover what they missed while their connection was lost.</summary>
    public RecoveryOptions Recovery { get; } = new();

    /// <summary>Gets or sets a value indicating whether a namespace that came into being by a pattern is removed when its last client leaves.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool CleanupEmptyChildNamespaces { get; set; }

    /// <summary>Gets how clients are authenticated, and what happens when that ends.</summary>
    public HandshakeAuthenticationOptions Authentication { get; } = new();
}

using System.Net;
using System.Net.Security;
using System.Text.Json;

namespace Realtime.Client;

/// <summary>The options of a client. Read once, when it is built.</summary>
public sealed class RealtimeClientOptions
{
    /// <summary>Gets or sets the path under which the server listens.</summary>
    /// <value>Default <c>/socket.io/</c>.</value>
    public string Path { get; set; } = "/socket.io/";

    /// <summary>Gets what is added to the query of every request; handlers of the server see it in the handshake.</summary>
    public IDictionary<string, string> Query { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets the headers of every request.</summary>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the proxy.</summary>
    /// <value>Default <see langword="null"/>: that of the system.</value>
    public IWebProxy? Proxy { get; set; }

    /// <summary>Gets or sets how TLS is done: client certificates, what is accepted from the server.</summary>
    /// <value>Default <see langword="null"/>: as the system does it.</value>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>Gets or sets how the server is reached.</summary>
    /// <value>Default <see cref="ClientTransports.Automatic"/>.</value>
    public ClientTransports Transports { get; set; } = ClientTransports.Automatic;

    /// <summary>Gets or sets the longest time of one attempt to connect, until the server has answered for a namespace.</summary>
    /// <value>Default 20 s, as in the official client. From 10 ms to 24 h.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets the time that an emit waits for its acknowledgement, from the emit on, connected or not.</summary>
    /// <value>Default 30 s, so that no await hangs: the time a person waits at most, and longer than a short loss of the network. <see cref="Timeout.InfiniteTimeSpan"/> waits until the connection ends.</value>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how often an event is sent again that was not acknowledged in time: events go out one by one then, and at least once.</summary>
    /// <value>Default 0: never, because a server cannot tell a repetition from a new event. It is what the official client calls <c>retries</c>. Where the server grants a session an event goes out again by itself, as the same event, and is tried once.</value>
    public int Retries { get; set; }

    /// <summary>Gets or sets the largest number of events of one namespace that wait for their handlers. When it is reached nothing is read, and the server has to wait.</summary>
    /// <value>Default 1,000: a burst, not a backlog.</value>
    public int MaxQueuedEvents { get; set; } = 1000;

    /// <summary>Gets or sets the largest message that is taken from the server, in bytes; of long-polling, the largest body.</summary>
    /// <value>Default 16 MiB: the server is trusted more than a client, but not with all memory.</value>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Gets or sets the largest number of attachments of one event that is taken from the server.</summary>
    /// <value>Default 10, as in the official client.</value>
    public int MaxAttachments { get; set; } = 10;

    /// <summary>Gets or sets a value indicating whether a server of ours that says that a token is about to expire gets a new one from the auth callback.</summary>
    /// <value>Default <see langword="true"/>; nothing happens without an auth callback.</value>
    public bool RefreshAuth { get; set; } = true;

    /// <summary>Gets or sets a value indicating whether the system's word that a network is there ends the wait for the next attempt.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool WatchNetwork { get; set; } = true;

    /// <summary>Gets or sets how payloads are written and read. Give a source-generated context here where reflection is off (native AOT).</summary>
    /// <value>Default <see langword="null"/>: <see cref="Core.Protocol.Json.PayloadSerializer.CreateOptions"/>.</value>
    public JsonSerializerOptions? Json { get; set; }

    /// <summary>Gets when the client comes back.</summary>
    public ReconnectOptions Reconnect { get; } = new();

    /// <summary>Gets how much waits to be sent.</summary>
    public EmitBufferOptions Buffer { get; } = new();

    /// <summary>Gets how what was missed is recovered, from servers of ours.</summary>
    public RecoveryOptions Recovery { get; } = new();

    /// <summary>Refuses what cannot work.</summary>
    internal void Validate()
    {
        Check(Path is { Length: > 0 } && Path.StartsWith('/'), nameof(Path), "has to begin with a slash");
        Check(ConnectTimeout >= TimeSpan.FromMilliseconds(10) && ConnectTimeout <= TimeSpan.FromHours(24), nameof(ConnectTimeout), "has to be from 10 ms to 24 h");
        Check(AckTimeout > TimeSpan.Zero || AckTimeout == Timeout.InfiniteTimeSpan, nameof(AckTimeout), "has to be more than zero, or Timeout.InfiniteTimeSpan");
        Check(Retries >= 0, nameof(Retries), "has to be zero or more");
        Check(MaxQueuedEvents > 0, nameof(MaxQueuedEvents), "has to be more than zero");
        Check(MaxMessageBytes >= 1024, nameof(MaxMessageBytes), "has to be at least 1,024");
        Check(MaxAttachments >= 0, nameof(MaxAttachments), "has to be zero or more");
        Check(Enum.IsDefined(Transports), nameof(Transports), "is unknown");
        Check(Reconnect.BaseDelay >= TimeSpan.Zero, "Reconnect.BaseDelay", "has to be zero or more");
        Check(Reconnect.MaxDelay >= TimeSpan.Zero, "Reconnect.MaxDelay", "has to be zero or more");
        Check(Reconnect.MaxAttempts is null or >= 0, "Reconnect.MaxAttempts", "has to be zero or more");
        Check(Buffer.MaxCount >= 1, "Buffer.MaxCount", "has to be at least 1");
        Check(Buffer.MaxBytes >= 1024, "Buffer.MaxBytes", "has to be at least 1,024");
        Check(Recovery.HoleDelay >= TimeSpan.Zero && Recovery.HoleDelay <= TimeSpan.FromMinutes(1), "Recovery.HoleDelay", "has to be from 0 to 1 min");
        Check(Recovery.HoleTimeout >= TimeSpan.FromMilliseconds(10) && Recovery.HoleTimeout <= TimeSpan.FromHours(1), "Recovery.HoleTimeout", "has to be from 10 ms to 1 h");
        Check(Recovery.ReportInterval >= 1, "Recovery.ReportInterval", "has to be at least 1");
        Check(Recovery.ReportDelay >= TimeSpan.FromMilliseconds(10) && Recovery.ReportDelay <= TimeSpan.FromHours(1), "Recovery.ReportDelay", "has to be from 10 ms to 1 h");
        Check(Recovery.MaxHeldEvents >= 1, "Recovery.MaxHeldEvents", "has to be at least 1");
        Check(Recovery.MaxHeldBytes >= 1024, "Recovery.MaxHeldBytes", "has to be at least 1,024");
    }

    private static void Check(bool holds, string name, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"RealtimeClientOptions.{name} {what}.");
        }
    }
}

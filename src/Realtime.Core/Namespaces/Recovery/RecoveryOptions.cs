using Realtime.Core.Sequencing;
using Realtime.Core.Sessions;

namespace Realtime.Core.Namespaces.Recovery;

/// <summary>How clients recover what they missed while their connection was lost.</summary>
public sealed class RecoveryOptions
{
    /// <summary>Gets or sets a value indicating whether clients that ask for it recover: everything that is numbered reaches them exactly once and in order. Others never notice.</summary>
    /// <value>Default <see langword="true"/>.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets how many messages of one client may be without a confirmation. Their answers are kept, because the client may ask again.</summary>
    /// <value>Default 64: a client that is 100 ms away may then send 640 messages a second. From 1 to 65,536.</value>
    public int ClientWindow { get; set; } = 64;

    /// <summary>Gets or sets a value indicating whether the middlewares of a namespace are left out when a session is resumed. Authentication never is.</summary>
    /// <value>Default <see langword="false"/>.</value>
    public bool SkipMiddlewares { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether clients of Socket.IO that do not ask for the extension recover as with Node's server: by <c>pid</c> and <c>offset</c>. Their handlers then see one more argument
    /// behind those of each event without an acknowledgement. While <see cref="Enabled"/>.
    /// </summary>
    /// <value>Default <see langword="false"/>, because of that argument.</value>
    public bool StockClients { get; set; }

    /// <summary>
    /// Gets or sets how many times what a client of Socket.IO was sent may have changed from one room to another, for which the server remembers the order. One that shows something older when it comes back
    /// gets a new session.
    /// </summary>
    /// <value>Default 1,024, with up to 100 KB for each client that is in many busy rooms and a few bytes for one in a single room: a client that gets 20 events a second from changing rooms may have lost what it was sent
    /// in the last 50 s, about as long as it takes until a dead connection is noticed. At least 1.</value>
    public int StockHistory { get; set; } = 1024;

    /// <summary>
    /// Gets or sets the time over which clients come back when the server stops in order: each is told to wait for a random part of it, so that they do not all come at once. Only clients that recover
    /// are told; the others come back as they do after any loss.
    /// </summary>
    /// <value>Default 5 s: with the client's default policy at most about 0.6 N of N clients come in one second, and nobody is kept away longer than that. A client waits at least as long as its own policy says. From
    /// zero, with which nobody is told, to 1 min.</value>
    public TimeSpan ReconnectSpread { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets how sessions are kept.</summary>
    public SessionOptions Sessions { get; } = new();

    /// <summary>Gets or sets how much the logs of rooms keep.</summary>
    /// <value>Default: see <see cref="RetentionLimits"/>.</value>
    public RetentionLimits Retention { get; set; } = new();

    /// <summary>Gets or sets what gives random numbers from 0 to 1 (exclusive). Has to be thread-safe.</summary>
    internal Func<double> Random { get; set; } = System.Random.Shared.NextDouble;
}

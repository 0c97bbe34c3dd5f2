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

    /// <summary>Gets how sessions are kept.</summary>
    public SessionOptions Sessions { get; } = new();

    /// <summary>Gets or sets how much the logs of rooms keep.</summary>
    /// <value>Default: see <see cref="RetentionLimits"/>.</value>
    public RetentionLimits Retention { get; set; } = new();
}

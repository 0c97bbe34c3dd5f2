using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Namespaces.Pipeline;
using Realtime.Core.Protocol;

namespace Realtime.Core.Namespaces;

/// <summary>Takes messages off connections and brings the packets in them to their sockets.</summary>
/// <remarks>Thread-safe; what belongs to one client is in its <see cref="ClientSession"/>.</remarks>
internal sealed class PacketRouter(PacketLimits limits, TimeSpan connectTimeout, int maxWaitingEvents) : IConnectionHandler
{
    private NamespaceTable? _namespaces;
    private NamespaceEnvironment? _environment;

    internal NamespaceEnvironment Environment => _environment ?? throw new InvalidOperationException("The server has not been started.");

    internal PacketLimits Limits => limits;

    internal NamespaceTable Namespaces => _namespaces ?? throw new InvalidOperationException("The server has not been started.");

    public void OnOpened(Connection connection)
    {
        connection.Session = new ClientSession(connection, this, new InboundBudget(maxWaitingEvents));
        connection.BeginGracePeriod(connection.Protocol.AuthenticatesFirst ? connection.Engine.Options.AuthenticationTimeout : connectTimeout);
    }

    public ValueTask OnMessageAsync(Connection connection, in Frame frame) => ((ClientSession)connection.Session!).OnMessageAsync(in frame);

    public void OnClosed(Connection connection, CloseReason reason) => (connection.Session as ClientSession)?.OnConnectionClosed(reason);

    internal void Start(NamespaceEnvironment environment, NamespaceTable namespaces)
    {
        _environment = environment;
        _namespaces = namespaces;
    }
}

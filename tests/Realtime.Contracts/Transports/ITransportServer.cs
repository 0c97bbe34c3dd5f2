using Realtime.Core.Connections;

namespace Realtime.Contracts.Transports;

/// <summary>A server that is reached over the transport under test.</summary>
public interface ITransportServer : IAsyncDisposable
{
    /// <summary>What accepts the connections.</summary>
    ConnectionEngine Engine { get; }

    /// <summary>Connects a client and reads the open frame.</summary>
    Task<ITransportClient> ConnectAsync(CancellationToken cancellationToken);
}

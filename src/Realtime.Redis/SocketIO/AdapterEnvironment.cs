using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using StackExchange.Redis;

namespace Realtime.Redis.SocketIO;

/// <summary>What the adapters of all namespaces share.</summary>
/// <remarks>Immutable.</remarks>
internal sealed record AdapterEnvironment(
    SocketIORedisAdapterOptions Options,
    IConnectionMultiplexer Connection,
    IClusterNode Node,
    IBackplaneReceiver Receiver,
    TimeProvider TimeProvider,
    ILogger Logger)
{
    internal ISubscriber Subscriber { get; } = Connection.GetSubscriber();
}

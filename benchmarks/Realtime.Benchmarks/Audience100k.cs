using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Core.Connections;
using Realtime.Core.Diagnostics;
using Realtime.Core.Framing;
using Realtime.Core.Protocol.Json;
using Realtime.Core.Rooms;
using Realtime.Core.Transports;

namespace Realtime.Benchmarks;

/// <summary>A room with any number of members on transports in memory that take everything and keep nothing.</summary>
internal sealed class Audience100k : IConnectionHandler
{
    internal const string Room = "room";
    private readonly RealtimeMeter _meter = new();
    private readonly ConnectionEngine _engine;

    internal Audience100k(int members)
    {
        _engine = new ConnectionEngine(new ConnectionOptions(), this, _meter, NullLogger.Instance, TimeProvider.System);
        Index = new RoomIndex(new FanOutOptions(), _meter);
        for (int i = 0; i < members; i++)
        {
            Index.Join(AddRecipient(), Room);
        }
    }

    internal RoomIndex Index { get; }

    public void OnOpened(Connection connection)
    {
    }

    public ValueTask OnMessageAsync(Connection connection, in Frame frame) => default;

    public void OnClosed(Connection connection, CloseReason reason)
    {
    }

    internal Recipient AddRecipient()
    {
        MemoryPeer peer = MemoryTransport.CreatePair();
        peer.OnMessage(static _ => { });
        Connection connection = _engine.Accept(peer.Transport, new BasicHandshake());
        var recipient = new Recipient(connection.Id, connection, JsonPacketCodec.Instance, connection);
        Index.Prepare(recipient);
        return recipient;
    }
}

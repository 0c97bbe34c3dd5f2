using Realtime.Core.Protocol;

namespace Realtime.Client.Connections;

/// <summary>What a session brings its packets to, and takes from what waits to be sent.</summary>
internal interface ISessionOwner
{
    /// <summary>Takes a packet. Called by the read loop, one at a time; while it is not completed nothing is read.</summary>
    /// <param name="session">The session.</param>
    /// <param name="packet">The packet; it refers to bytes that are valid until the task completes.</param>
    ValueTask OnPacketAsync(EngineSession session, Packet packet);

    /// <summary>Moves packets that wait into a batch, as many as it has room for. Called by the write loop.</summary>
    /// <param name="session">The session.</param>
    /// <param name="batch">Where to; it owns what is put there.</param>
    void TakeWaiting(EngineSession session, OutgoingBatch batch);
}

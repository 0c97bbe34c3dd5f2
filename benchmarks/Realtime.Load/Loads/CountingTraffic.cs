using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>Counts what arrives, for clients that begin to read when the measurement is over.</summary>
internal sealed class CountingTraffic : ITraffic
{
    public long Events { get; private set; }

    public void OnEvent(Connection connection, ReadOnlySpan<byte> argument) => Events++;

    public void OnAck(Connection connection, int id, ReadOnlySpan<byte> argument) =>
        throw new LoadFailure($"member {connection.Number}: an ack that nobody asked for");

    public void OnReadEnd(Connection connection)
    {
    }
}

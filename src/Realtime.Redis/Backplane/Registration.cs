namespace Realtime.Redis.Backplane;

/// <summary>What Redis answered to what a node wants to get.</summary>
/// <remarks>Immutable.</remarks>
/// <param name="Mark">The number, in the channel of the node, of the mark behind everything that was published before.</param>
/// <param name="Order">What was numbered last before it.</param>
/// <param name="Logs">The logs of the rooms that were opened.</param>
internal sealed record Registration(long Mark, long Order, IReadOnlyList<OpenedLog> Logs)
{
    internal static Registration Read(ReadOnlyMemory<byte> bytes)
    {
        var input = new ByteReader(bytes);
        long mark = input.ReadInt64();
        long order = input.ReadInt64();
        var logs = new List<OpenedLog>();
        while (!input.IsAtEnd)
        {
            logs.Add(OpenedLog.Read(ref input));
        }

        return new Registration(mark, order, logs);
    }
}

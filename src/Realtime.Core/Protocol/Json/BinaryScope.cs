namespace Realtime.Core.Protocol.Json;

/// <summary>
/// The attachments of the payload that this thread is writing or reading. Converters of System.Text.Json get no context of their own,
/// and a serialisation runs on one thread from its start to its end, so a thread-static carries it.
/// </summary>
/// <remarks>Whoever sets one puts back what was there before, also after a failure: a converter may serialise a payload in the midst of another.</remarks>
internal static class BinaryScope
{
    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? s_writing;

    [ThreadStatic]
    private static IReadOnlyList<ReadOnlyMemory<byte>>? s_reading;

    internal static List<ReadOnlyMemory<byte>>? Writing
    {
        get => s_writing;
        set => s_writing = value;
    }

    internal static IReadOnlyList<ReadOnlyMemory<byte>>? Reading
    {
        get => s_reading;
        set => s_reading = value;
    }
}

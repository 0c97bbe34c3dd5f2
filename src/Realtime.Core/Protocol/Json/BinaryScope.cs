namespace Realtime.Core.Protocol.Json;

/// <summary>
/// The attachments of the payload that this thread is writing or reading. Converters of System.Text.Json get no context of their own,
/// and a serialisation runs on one thread from its start to its end, so a thread-static carries it.
/// </summary>
internal static class BinaryScope
{
    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? s_writing;

    [ThreadStatic]
    private static IReadOnlyList<ReadOnlyMemory<byte>>? s_reading;

    [ThreadStatic]
    private static List<ReadOnlyMemory<byte>>? s_spare;

    internal static List<ReadOnlyMemory<byte>>? Writing => s_writing;

    internal static IReadOnlyList<ReadOnlyMemory<byte>>? Reading
    {
        get => s_reading;
        set => s_reading = value;
    }

    internal static void BeginWriting() => s_writing = s_spare ?? [];

    /// <summary>Ends writing and returns what was collected.</summary>
    internal static ReadOnlyMemory<byte>[] EndWriting()
    {
        List<ReadOnlyMemory<byte>> collected = s_writing!;
        s_writing = null;
        ReadOnlyMemory<byte>[] result = collected.Count == 0 ? [] : [.. collected];
        collected.Clear();
        s_spare = collected;
        return result;
    }
}

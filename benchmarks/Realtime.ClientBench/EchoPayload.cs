using System.Text.Json.Serialization;

namespace Realtime.ClientBench;

/// <summary>What is echoed: 128 bytes as JSON, and no two alike in a process.</summary>
internal sealed record EchoPayload([property: JsonPropertyName("id")] int Id, [property: JsonPropertyName("text")] string Text)
{
    private const int FirstId = 10_000_000; // eight digits from the first to the last, so that all are of one length
    private const int JsonBytes = 128;

    private static readonly string s_text = new('x', JsonBytes - """{"id":10000000,"text":""}""".Length);
    private static int s_last = FirstId - 1;

    public static EchoPayload Next() => new(Interlocked.Increment(ref s_last), s_text);
}

namespace Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

/// <summary>Ways in which a network may deliver bytes: the sizes of the parts. What they leave over comes as one last part.</summary>
internal static class Cuts
{
    public static IReadOnlyList<int> Whole { get; } = [];

    public static IEnumerable<int> EveryByte(int length) => Enumerable.Repeat(1, length);

    public static IEnumerable<byte[]> Apply(byte[] bytes, IEnumerable<int> sizes)
    {
        int start = 0;
        foreach (int size in sizes)
        {
            int end = Math.Min(start + size, bytes.Length);
            if (end > start)
            {
                yield return bytes[start..end];
            }

            start = end;
        }

        if (start < bytes.Length)
        {
            yield return bytes[start..];
        }
    }
}

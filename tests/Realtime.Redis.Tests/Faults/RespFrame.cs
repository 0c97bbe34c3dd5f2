using System.Buffers.Text;

namespace Realtime.Redis.Tests.Faults;

/// <summary>Finds where a value that Redis has sent ends, and whether it is a message of a channel.</summary>
internal static class RespFrame
{
    /// <summary>Measures the first value.</summary>
    /// <returns>Its length; 0 when it is not there as a whole.</returns>
    internal static int Measure(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        return TrySkip(bytes, ref at) ? at : 0;
    }

    /// <summary>Gets whether a value is a message of a channel whose name contains a text.</summary>
    internal static bool IsMessage(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> channel)
    {
        if (frame[0] is not ((byte)'*' or (byte)'>'))
        {
            return false;
        }

        int at = frame.IndexOf((byte)'\n') + 1;
        ReadOnlySpan<byte> kind = ReadText(frame, ref at);
        return (kind.SequenceEqual("message"u8) || kind.SequenceEqual("smessage"u8)) && ReadText(frame, ref at).IndexOf(channel) >= 0;
    }

    private static ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> frame, ref int at)
    {
        if (at >= frame.Length || frame[at] != (byte)'$')
        {
            return [];
        }

        int begin = at;
        return TrySkip(frame, ref at) ? frame[(begin + frame[begin..].IndexOf((byte)'\n') + 1)..(at - 2)] : [];
    }

    private static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at)
    {
        int end = bytes[at..].IndexOf((byte)'\n');
        if (end < 0)
        {
            return false;
        }

        byte kind = bytes[at];
        int count = Utf8Parser.TryParse(bytes[(at + 1)..], out int number, out _) ? number : 0;
        at += end + 1;
        switch (kind)
        {
            case (byte)'$' or (byte)'!' or (byte)'=' when count >= 0:
                at += count + 2;
                return at <= bytes.Length;
            case (byte)'*' or (byte)'~' or (byte)'>':
                return TrySkip(bytes, ref at, count);
            case (byte)'%':
                return TrySkip(bytes, ref at, 2 * count);
            case (byte)'|':
                return TrySkip(bytes, ref at, (2 * count) + 1); // attributes stand in front of what they belong to
            default:
                return true;
        }
    }

    private static bool TrySkip(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (!TrySkip(bytes, ref at))
            {
                return false;
            }
        }

        return true;
    }
}

using Realtime.Core.Protocol;
using Realtime.Core.Sequencing;

namespace Realtime.Client.Recovery;

/// <summary>The string that the server puts behind the arguments of an event: its position, or a mark that it has none.</summary>
internal static class EventTail
{
    /// <summary>Takes the string off, so that nobody sees it. Text of other users cannot pose as one: the server's own string stands behind all of it.</summary>
    /// <param name="packet">An event without an acknowledgement id.</param>
    /// <param name="data">The arguments without it; a copy.</param>
    /// <param name="position">The position; <see langword="null"/> of an event that has none.</param>
    /// <returns>Whether there was one: without it the event does not come from a server that keeps to the protocol.</returns>
    internal static bool TryStrip(in Packet packet, out byte[] data, out StreamPosition? position)
    {
        (data, position) = ([], null);
        ReadOnlySpan<byte> whole = packet.Data.Span;
        ReadOnlySpan<byte> arguments = whole[packet.ArgumentsOffset..];
        if (!arguments.EndsWith("\"]"u8))
        {
            return false;
        }

        int quote = arguments[..^2].LastIndexOf((byte)'"');
        if (quote < 1 || arguments[quote - 1] != (byte)',' || !TryRead(arguments[(quote + 1)..^2], out position))
        {
            return false;
        }

        int length = packet.ArgumentsOffset + quote; // where the comma stood, the array ends
        data = whole[..length].ToArray();
        data[^1] = (byte)']';
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> text, out StreamPosition? position)
    {
        position = null;
        if (!text.IsEmpty && text[0] == (byte)'~')
        {
            return true;
        }

        bool isPosition = StreamPosition.TryParse(text, out StreamPosition read) && read.Offset > 0;
        position = isPosition ? read : null;
        return isPosition;
    }
}
